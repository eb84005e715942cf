// SPDX-License-Identifier: Apache-2.0

package nodetest_test

import (
	"sync"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/node/nodetest"
)

func TestFake(t *testing.T) {
	t.Parallel()
	var disks sync.Map // root -> *nodetest.Disk
	nodetest.Run(t, nodetest.Subject{
		Open: func(_ *testing.T, root string) node.Driver {
			disk, _ := disks.LoadOrStore(root, &nodetest.Disk{})
			return nodetest.NewFake(disk.(*nodetest.Disk))
		},
		Kill:     func(_ *testing.T, d node.Driver, id string) { d.(*nodetest.Fake).Kill(id) },
		Mark:     func(_ *testing.T, d node.Driver, _, id string) { d.(*nodetest.Fake).Mark(id) },
		Marked:   func(_ *testing.T, d node.Driver, _, id string) bool { return d.(*nodetest.Fake).Marked(id) },
		Patience: 5 * time.Second,
	})
}

func TestFakeScript(t *testing.T) {
	t.Parallel()
	f := nodetest.NewFake(&nodetest.Disk{})
	a := nodetest.NewAuthority(t, "AMSP")
	e, err := f.Reserve(t.Context(), "a-peer0", node.Peer)
	if err != nil {
		t.Fatal(err)
	}
	f.Script("a-peer0", nodetest.Script{Delay: time.Millisecond, Fail: "it is scripted"})
	spec := a.Spec(t, "a-peer0", node.Peer, e)
	if err := f.Apply(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	if err := f.WaitReady(t.Context(), "a-peer0"); err == nil {
		t.Error("a node that fails was ready")
	}
	f.Script("a-peer0", nodetest.Script{})
	if err := f.Apply(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	if err := f.WaitReady(t.Context(), "a-peer0"); err != nil {
		t.Error(err)
	}
}
