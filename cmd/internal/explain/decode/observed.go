package decode

import "star18/securecall"

// differences are the settings with which star18 would send what this call
// shows. Of a transcript it is what the recorder observed.
func (c *Call) differences() []securecall.Difference {
	if c.Told != nil {
		return c.Told.Observed.Differences(c.opt.Wire)
	}
	var seen securecall.Observed
	for _, s := range c.Steps {
		if o, ok := s.observed(); ok {
			seen = append(seen, o)
		}
	}
	return append(seen.Differences(c.opt.Wire), c.transforms()...)
}

func (s *Step) observed() (securecall.ObservedMessage, bool) {
	o := securecall.ObservedMessage{ContentType: s.ContentType, Length: s.Bytes, Order: securecall.Big}
	switch {
	case s.Hello != nil:
		o.Kind = securecall.CallerHello
		if s.By == Callee {
			o.Kind = securecall.CalleeHello
		}
		o.ID, o.Version, o.SSRC, o.Order = s.Hello.ID, s.Hello.Version, s.Hello.SSRC, s.Hello.Order
		o.SSRCMatched, o.WithCA = s.Hello.Stream != nil, s.Hello.WithCA
	case s.Final != nil:
		o.Kind, o.ID, o.Form, o.Order = securecall.CallerFinal, s.Final.ID, s.Final.Form, s.Final.Order
	default:
		return o, false
	}
	return o, true
}

// byTag are the transforms with a tag of this length, the likelier first.
var byTag = map[int]string{4: "[hmac-md5-32, hmac-sha1-32, hmac-sha1-80]", 16: "[hmac-md5-128, hmac-sha1-80]"}

// transforms: a tag that is not that of the default names other transforms.
// The tag of 80 bits is that of two; only keys tell them apart.
func (c *Call) transforms() []securecall.Difference {
	for _, s := range c.Streams {
		if list, other := byTag[s.Tag]; other && s.Protected >= 0 {
			return []securecall.Difference{{Key: "secure.wire.transforms", Observed: list, Configured: "[hmac-sha1-80, ...]"}}
		}
	}
	return nil
}
