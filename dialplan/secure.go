package dialplan

// Choice is a yes or no that may be missing.
type Choice uint8

const (
	ChoiceNone Choice = iota
	ChoiceYes
	ChoiceNo
)

func (c Choice) String() string {
	switch c {
	case ChoiceYes:
		return "yes"
	case ChoiceNo:
		return "no"
	}
	return "none"
}

// secureFlag is the machine of section 1.6, a value: every step returns the next one.
//
//	Setting  written by *16, *17; persistent
//	OneShot  written by *18, *19, the last one wins; gone with the next outbound INVITE or on idle
//	Want   = Service && (OneShot if there is one, else Setting)
type secureFlag struct {
	Service bool // Secure_Call_Serv
	Setting bool // Secure_Call_Setting
	OneShot Choice
}

// run takes one of the four secure codes; any other service leaves the flag as it is. The codes
// work with the service off as well, so that turning it on finds what the user asked for.
func (f secureFlag) run(s Service) secureFlag {
	switch s {
	case SecureAll:
		f.Setting = true
	case SecureNone:
		f.Setting = false
	case SecureNext:
		f.OneShot = ChoiceYes
	case ClearNext:
		f.OneShot = ChoiceNo
	}
	return f
}

// spent is the flag after an outbound INVITE, whatever its outcome, and after going idle.
func (f secureFlag) spent() secureFlag {
	f.OneShot = ChoiceNone
	return f
}

// want is whether the next outbound call asks for security, and why in words.
func (f secureFlag) want() (bool, string) {
	switch {
	case !f.Service && (f.OneShot == ChoiceYes || f.Setting):
		return false, "the secure service is off, so asking for security has no effect"
	case !f.Service:
		return false, "the secure service is off"
	case f.OneShot == ChoiceYes:
		return true, "asked for on this call"
	case f.OneShot == ChoiceNo:
		return false, "turned off for this call"
	case f.Setting:
		return true, "on for all calls"
	}
	return false, "off for all calls"
}
