package register

import "time"

// The times of an outage are our choice. A request is on the wire after 0, 0.5,
// 1.5 and 3.5 s (RFC 3261 17.1.2.1): one that is given up after lifeLeast to
// lifeMost and made anew leaves no gap of more than 2 s, and puts less than one
// packet a second on the wire, most of them repetitions, which cost a server
// little.
const (
	lifeLeast = 3 * time.Second
	lifeMost  = 3500 * time.Millisecond
	// Of several servers each has its turn sooner.
	turnLeast = 1800 * time.Millisecond
	turnMost  = 2100 * time.Millisecond

	// Pauses between two probes: none while the outage is young.
	youngOutage = 5 * time.Minute
	oldOutage   = time.Hour
	pauseLater  = 2 * time.Second
	pauseOld    = 10 * time.Second

	// longAttempt: every so many attempts one has the transaction's whole 32 s,
	// for a registrar that is slow and not dead. tellAttempt: every so many are
	// told.
	longAttempt = 24
	tellAttempt = 8
)

// Down: the registrar does not answer.
func (a *Agent) Down() bool { return !a.down.IsZero() }

// lifetime is how long the REGISTER under way may go unanswered before it is made
// anew: what its registrar needed last, twice, if that is longer.
func (a *Agent) lifetime() time.Duration {
	least, most := lifeLeast, lifeMost
	if a.servers > 1 {
		least, most = turnLeast, turnMost
	}
	return max(a.between(least, most), 2*a.took) + a.pause(a.registerSent)
}

// short: this REGISTER is made anew before its transaction ends, because nothing
// else would notice that a registrar is back, or another one there.
func (a *Agent) short() bool {
	switch {
	case a.servers > 1 || a.ever && !a.heard:
		return a.attempt%longAttempt != 0
	case !a.heard:
		return a.attempt%longAttempt != 1
	}
	return false
}

// tellOutage is the notice of an outage: when it shows, and now and then after.
// What has never been bound is told when its first REGISTER has had its time.
func (a *Agent) tellOutage() *Next {
	if !a.told && !a.ever || a.told && a.attempt%tellAttempt != 0 {
		return nil
	}
	a.told = true
	return &Next{Outcome: Failed, Wait: lifeMost, Reason: ErrNoAnswer.Error(), Err: ErrNoAnswer}
}

func (a *Agent) beginOutage(at time.Time) {
	if a.down.IsZero() {
		a.down = at
	}
}

func (a *Agent) alive() { a.lost, a.down, a.told = 0, time.Time{}, false }

// pause is how much rest an outage of this age has between two probes.
func (a *Agent) pause(now time.Time) time.Duration {
	switch age := now.Sub(a.down); {
	case a.down.IsZero() || age < youngOutage:
		return 0
	case age < oldOutage:
		return a.jittered(pauseLater)
	}
	return a.jittered(pauseOld)
}
