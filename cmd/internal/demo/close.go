package demo

import (
	"context"
	"errors"
	"fmt"
)

// close ends everything that was begun, in the order in which the events and
// packets of one are still heard by the next.
func (r *run) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), stepLimit)
	defer cancel()
	var errs []error
	for _, e := range r.ends() {
		if e != nil && e.line != nil {
			errs = append(errs, e.line.Close(ctx))
		}
	}
	if r.lab != nil {
		errs = append(errs, r.lab.Close())
	}
	if r.tap != nil {
		if n := r.tap.Close(); n > 0 {
			errs = append(errs, fmt.Errorf("demo: %d packets are missing from the capture", n))
		}
		errs = append(errs, r.pcap.Close())
	}
	for _, q := range r.queues {
		q.Close()
	}
	return errors.Join(errs...)
}
