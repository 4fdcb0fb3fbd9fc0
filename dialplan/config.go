package dialplan

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// defaultPlan is the factory plan of the newer firmware (1.2).
const defaultPlan = "(*xx|[3469]11|0|00|[2-9]xxxxxx|1xxx[2-9]xxxxxxS0|xxxxxxxxxxxx.)"

// The factory's interdigit timers (1.2).
const (
	factoryShortTimer = 3 * time.Second
	factoryLongTimer  = 10 * time.Second
)

// Incomplete says what becomes of a number that no sequence completes (1.3): the manuals disagree.
type Incomplete uint8

const (
	IncompleteReject Incomplete = iota // as the newer firmware
	IncompleteSend                     // as dialled, like the older firmware
)

func (i Incomplete) String() string {
	if i == IncompleteSend {
		return "send"
	}
	return "reject"
}

// UnmarshalText reads the configuration value.
func (i *Incomplete) UnmarshalText(text []byte) error {
	for _, mode := range []Incomplete{IncompleteReject, IncompleteSend} {
		if string(text) == mode.String() {
			*i = mode
			return nil
		}
	}
	return fmt.Errorf("%w, not %q", ErrIncompleteMode, text)
}

// Config is everything a Dialer knows. Every field means what it says: start from FactoryConfig.
type Config struct {
	Plan          string
	Codes         Codes
	Standing      Standing
	SecureService bool // Secure_Call_Serv
	Incomplete    Incomplete
	ShortTimer    time.Duration
	LongTimer     time.Duration
	IPDialing     bool
	Gateways      map[string]Route  // "gw1" to "gw4"
	SpeedDial     map[string]string // "2" to "9"; what the speed_dial code assigns goes first
	Contacts      []Contact
}

// FactoryConfig is a line fresh from the box.
func FactoryConfig() Config {
	return Config{
		Plan: defaultPlan, Codes: FactoryCodes(), SecureService: true,
		ShortTimer: factoryShortTimer, LongTimer: factoryLongTimer,
	}
}

// check reports every fault but the plan's at once.
func (c *Config) check() error {
	faults := []error{c.Codes.check(), checkTimer("short", c.ShortTimer), checkTimer("long", c.LongTimer)}
	if c.Incomplete > IncompleteSend {
		faults = append(faults, ErrIncompleteMode)
	}
	for name, route := range c.Gateways {
		faults = append(faults, checkGateway(name, route))
	}
	for key, dial := range c.SpeedDial {
		if len(key) != 1 || !isSlot(key[0]) {
			faults = append(faults, &EntryError{SpeedDialEntry, key, ErrSpeedDialKey})
		}
		faults = append(faults, checkStored(SpeedDialEntry, key, dial))
	}
	for key, dial := range c.Standing.SpeedDial {
		faults = append(faults, checkStored(SpeedDialEntry, fmt.Sprint(key), dial))
	}
	return errors.Join(append(faults, c.checkContacts())...)
}

func checkTimer(name string, wait time.Duration) error {
	if wait < 0 || wait > maxWait {
		return fmt.Errorf("%s timer: %w", name, ErrTimerRange)
	}
	return nil
}

func checkGateway(name string, route Route) error {
	var fault error
	switch {
	case name == "gw0":
		fault = ErrGateway0
	case !isGatewayName(name) || name != strings.ToLower(name):
		fault = ErrGatewayName
	case !isHost(route.Host):
		fault = fmt.Errorf("%q %w", route.Host, ErrHost)
	default:
		return nil
	}
	return &EntryError{GatewayEntry, name, fault}
}

func checkStored(kind EntryKind, name, dial string) error {
	if err := checkTyped(dial); err != nil {
		return &EntryError{kind, name, err}
	}
	return nil
}

func isSlot(key byte) bool { return key >= '2' && key <= '9' }
