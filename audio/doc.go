// Package audio moves speech between a sound device and RTP payloads.
//
// Sound is mono 16-bit linear PCM everywhere; a frame is a slice of rate times
// packet time samples (160 for 20 ms at 8000 Hz).
//
//	microphone                                                        socket
//	  card callback > ring > Resampler > Device.ReadFrame
//	    > Booth (mute, file, meter, recording)
//	      > Suppressor > Codec.Encode > packet -----------------------> out
//
//	loudspeaker                                                       socket
//	  card callback < ring < Resampler < Device.WriteFrame
//	    < Booth (meter, recording) < Tone.Mix
//	      < Playout.Get < warp < concealment < Codec.Decode < JitterBuffer
//	        < Playout.Put < packet <------------------------------------ in
//
// The device paces both directions: the goroutine that sends blocks in
// ReadFrame, the one that plays blocks in WriteFrame. Packets arrive when they
// like; the jitter buffer stands between their clock and the device's. Nothing
// on either road allocates once it runs, and no lock is held across I/O.
//
// A device is a card (package portaudio), a file, a generated tone, silence,
// or a wrapper of others: Split, Booth, Resilient, and Watch for a card that may
// come and go. Several calls with one card each have a Switch, which hears the card
// while the call has it, silence while another does, and a port of the Mixer in a
// conference.
package audio
