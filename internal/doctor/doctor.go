// SPDX-License-Identifier: Apache-2.0

// Package doctor examines the machine that the platform runs on and says what to do.
package doctor

import (
	"context"
	"fmt"
	"os"
	"time"
)

// State of a finding.
type State string

// The states, from best to worst.
const (
	OK      State = "ok"
	Warning State = "warning"
	Error   State = "error"
)

// Finding is what one check found.
type Finding struct {
	Name   string // stable key
	Title  string
	State  State
	Detail string // what was found
	Hint   string // what to do; empty when all is well
}

// Check examines one thing.
type Check func(ctx context.Context) Finding

// Run makes all checks, in order.
func Run(ctx context.Context, checks []Check) []Finding {
	findings := make([]Finding, 0, len(checks))
	for _, check := range checks {
		findings = append(findings, check(ctx))
	}
	return findings
}

// Worst gives the worst state of findings.
func Worst(findings []Finding) State {
	worst := OK
	for _, f := range findings {
		if f.State == Error || f.State == Warning && worst == OK {
			worst = f.State
		}
	}
	return worst
}

// Limits of the checks.
const (
	lowDisk      = 5 << 30 // bytes: warn
	noDisk       = 1 << 30 // bytes: error
	lowFiles     = 4096    // open files a process
	expiringSoon = 30 * 24 * time.Hour
)

// Disk checks the space that is left in dir's file system.
func Disk(dir string) Check {
	return func(context.Context) Finding {
		f := Finding{Name: "disk", Title: "Disk space", State: OK}
		free, err := freeBytes(dir)
		if err != nil {
			f.State, f.Detail, f.Hint = Warning, "the free space can't be read", "check it by hand: df -h "+dir
			return f
		}
		f.Detail = fmt.Sprintf("%.1f GiB free in %s", float64(free)/(1<<30), dir)
		switch {
		case free < noDisk:
			f.State, f.Hint = Error, "make room now: ledgers stop when the disk is full"
		case free < lowDisk:
			f.State, f.Hint = Warning, "make room, or move the data directory to a larger disk"
		}
		return f
	}
}

// Permissions checks that nobody else can read the data directory.
func Permissions(dir string) Check {
	return func(context.Context) Finding {
		f := Finding{Name: "permissions", Title: "Data directory's permissions", State: OK}
		info, err := os.Stat(dir)
		switch {
		case err != nil:
			f.State, f.Detail, f.Hint = Error, "the data directory can't be read", "give b4a's user access to "+dir
		case info.Mode().Perm()&0o077 != 0:
			f.State, f.Detail = Warning, fmt.Sprintf("%s has mode %04o: others can look inside", dir, info.Mode().Perm())
			f.Hint = "chmod 700 " + dir
		default:
			f.Detail = fmt.Sprintf("%s has mode %04o", dir, info.Mode().Perm())
		}
		return f
	}
}

// Files checks how many files a process may open.
func Files() Check {
	return func(context.Context) Finding {
		f := Finding{Name: "open-files", Title: "Open files limit", State: OK}
		limit, err := openFiles()
		if err != nil {
			f.State, f.Detail = Warning, "the limit can't be read"
			return f
		}
		f.Detail = fmt.Sprintf("%d files a process", limit)
		if limit < lowFiles {
			f.State, f.Hint = Warning, "raise it: ulimit -n 65536, or LimitNOFILE= in the systemd unit"
		}
		return f
	}
}

// Clock checks that the clock is kept right: certificates and blocks depend on it.
func Clock(built time.Time) Check {
	return func(context.Context) Finding {
		f := Finding{Name: "clock", Title: "Clock", State: OK}
		now := time.Now().UTC()
		f.Detail = now.Format(time.RFC3339)
		synchronized, known := clockSynchronized()
		switch {
		case now.Before(built):
			f.State, f.Hint = Error, "set the clock: it is before this program was made, certificates will not be valid"
		case known && !synchronized:
			f.State, f.Detail = Warning, f.Detail+", not synchronized"
			f.Hint = "run a time service (chrony, systemd-timesyncd): blocks and certificates carry times"
		}
		return f
	}
}

// Expiry is a certificate in use and its end.
type Expiry struct {
	Holder  string
	Purpose string
	At      time.Time
}

// Certificates checks how long certificates in use are still valid.
func Certificates(list func(context.Context) ([]Expiry, error)) Check {
	return func(ctx context.Context) Finding {
		f := Finding{Name: "certificates", Title: "Certificates", State: OK}
		all, err := list(ctx)
		if err != nil {
			f.State, f.Detail = Error, "the inventory can't be read"
			return f
		}
		now := time.Now()
		var first Expiry
		expired, soon := 0, 0
		for _, e := range all {
			if first.At.IsZero() || e.At.Before(first.At) {
				first = e
			}
			switch {
			case now.After(e.At):
				expired++
			case now.After(e.At.Add(-expiringSoon)):
				soon++
			}
		}
		f.Detail = fmt.Sprintf("%d in use", len(all))
		if len(all) > 0 {
			f.Detail += fmt.Sprintf(", the first ends %s: %s (%s)", first.At.UTC().Format(time.DateOnly), first.Holder, first.Purpose)
		}
		switch {
		case expired > 0:
			f.State, f.Hint = Error, fmt.Sprintf("%d have expired: issue them again", expired)
		case soon > 0:
			f.State, f.Hint = Warning, fmt.Sprintf("%d end within 30 days: issue them again", soon)
		}
		return f
	}
}

// Programs checks that Fabric's programs are the ones that were built.
func Programs(version string, names []string, verify func(name string) error) Check {
	return func(context.Context) Finding {
		f := Finding{Name: "fabric", Title: "Hyperledger Fabric", State: OK, Detail: version + ", programs as built"}
		for _, name := range names {
			if err := verify(name); err != nil {
				f.State, f.Detail, f.Hint = Error, name+": "+err.Error(), "run make fabric"
			}
		}
		return f
	}
}

// Condition is how one node or contract is.
type Condition struct {
	Name    string
	Running bool
	Phase   string
	Reason  string
}

// Running checks that everything that should run does.
func Running(name, title string, list func(context.Context) ([]Condition, error)) Check {
	return func(ctx context.Context) Finding {
		f := Finding{Name: name, Title: title, State: OK}
		all, err := list(ctx)
		if err != nil {
			f.State, f.Detail = Error, "they can't be listed"
			return f
		}
		running := 0
		for _, c := range all {
			if c.Running {
				running++
				continue
			}
			f.State = Error
			f.Hint += fmt.Sprintf("%s is %s: %s. ", c.Name, c.Phase, c.Reason)
		}
		f.Detail = fmt.Sprintf("%d of %d running", running, len(all))
		return f
	}
}
