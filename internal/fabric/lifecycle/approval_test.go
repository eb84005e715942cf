// SPDX-License-Identifier: Apache-2.0

package lifecycle_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/blockchain4all/blockchain4all/client/consent"
	"github.com/blockchain4all/blockchain4all/internal/fabric/lifecycle"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

func TestApprovalArguments(t *testing.T) {
	t.Parallel()
	d := lifecycle.Definition{
		Channel: "ondo", Name: "exams", Version: "1.0.0", Sequence: 3, PackageID: "exams_1.0.0:abc",
		Collections: []lifecycle.Collection{{Name: "marks", MemberOrgs: []string{"AMSP", "BMSP"}, MaxPeers: 1}},
	}
	data, err := lifecycle.ApprovalArguments(d)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := lifecycle.ApprovalArguments(d); err != nil || !bytes.Equal(data, again) {
		t.Errorf("the same definition gives other bytes: %v", err)
	}
	read, err := consent.ReadArguments(data)
	if err != nil || read.Name != d.Name || read.Version != d.Version || read.Sequence != uint64(d.Sequence) || read.PackageID != d.PackageID {
		t.Errorf("read without Fabric: %+v: %v", read, err)
	}
	for name, change := range map[string]func(*lifecycle.Definition){
		"sequence": func(d *lifecycle.Definition) { d.Sequence++ }, "package": func(d *lifecycle.Definition) { d.PackageID += "d" },
		"policy":     func(d *lifecycle.Definition) { d.EndorsementPolicy = "OR('AMSP.peer')" },
		"collection": func(d *lifecycle.Definition) { d.Collections = nil },
	} {
		other := d
		change(&other)
		if data2, err := lifecycle.ApprovalArguments(other); err != nil || bytes.Equal(data, data2) {
			t.Errorf("another %s gives the same bytes: %v", name, err)
		}
	}
}

func TestApprovedAlready(t *testing.T) {
	t.Parallel()
	said := "attempted to redefine uncommitted sequence (1) for namespace exams with unchanged content"
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"nothing": {nil, false},
		"plain":   {errors.New(said), true},
		"coded":   {fault.New(fault.Conflict, "refused", "refused").WithDetail("peer", said), true},
		"other":   {errors.New("access denied"), false},
	} {
		if got := lifecycle.ApprovedAlready(c.err); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
