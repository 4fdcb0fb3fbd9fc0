package sdp

import "slices"

// Removed: the audio stream has port 0, and no other stream is there in its place (a
// fax would be): whoever says so in a call takes the sound out of it, for good or until
// the next description (RFC 3264 8.2).
func (s *Session) Removed() bool {
	there := func(m Media) bool { return !m.Refused }
	return s.Port == 0 && !slices.ContainsFunc(s.Before, there) && !slices.ContainsFunc(s.After, there)
}

// Remove answers an offer that is Removed: with port 0 for every stream, as it must be
// (RFC 3264 6).
func Remove(offer *Session, local Local) *Session {
	s := describe(local, offer.Profile)
	s.Port, s.Ptime, s.Crypto = 0, 0, nil
	s.Formats, s.Before, s.After = offer.Formats, offer.Before, offer.After
	return s
}
