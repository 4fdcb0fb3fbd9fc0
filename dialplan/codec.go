package dialplan

// Codec is an SDP encoding name (RFC 3551, RFC 3555), which is what the audio rooms know codecs by.
type Codec string

// codecs is the prefix table of section 3: "*01" or "*02", then the digits of the codec. A codec
// that the line cannot speak is the caller's to refuse.
var codecs = [codecCount]struct {
	key    string
	digits string
	codec  Codec
}{
	{"g711u", "7110", "PCMU"},
	{"g711a", "7111", "PCMA"},
	{"g723", "723", "G723"},
	{"g726r16", "72616", "G726-16"},
	{"g726r24", "72624", "G726-24"},
	{"g726r32", "72632", "G726-32"},
	{"g726r40", "72640", "G726-40"},
	{"g729a", "729", "G729"},
	{"g722", "722", "G722"},
}

const (
	codecCount        = 9
	firstForceService = firstCodecService + codecCount
	endOfServices     = firstForceService + codecCount
)

// codecOf is what a codec service selects: first in the offer, or alone in it.
func (s Service) codecOf() (codec Codec, force, ok bool) {
	switch {
	case s < firstCodecService || s >= endOfServices:
		return "", false, false
	case s >= firstForceService:
		return codecs[s-firstForceService].codec, true, true
	}
	return codecs[s-firstCodecService].codec, false, true
}

func codecServiceInfo(s Service) serviceInfo {
	codec, force, ok := s.codecOf()
	switch {
	case !ok:
		return services[noService]
	case force:
		row := codecs[s-firstForceService]
		return serviceInfo{"force_" + row.key, "*02" + row.digits, wantsNothing, "the next outbound call uses only " + string(codec)}
	}
	row := codecs[s-firstCodecService]
	return serviceInfo{"prefer_" + row.key, "*01" + row.digits, wantsNothing, "the next outbound call prefers " + string(codec)}
}
