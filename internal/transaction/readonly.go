// SPDX-License-Identifier: Apache-2.0

package transaction

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// descriptionAge is how long a contract's description of itself is believed.
const descriptionAge = time.Minute

// readers remembers which functions of contracts only read.
type readers struct {
	mu    sync.Mutex
	known map[[2]string]description
}

type description struct {
	read  map[string]bool
	taken time.Time
}

// refuseReader refuses to submit a function that its contract tags as one to evaluate: what it returns, perhaps private
// data, would stand in a block for ever. A contract that does not describe itself is taken at its word.
func (s *Service) refuseReader(ctx context.Context, c Call) error {
	s.readers.mu.Lock()
	d, ok := s.readers.known[[2]string{c.Channel, c.Chaincode}]
	s.readers.mu.Unlock()
	if !ok || s.now().Sub(d.taken) > descriptionAge {
		raw, err := s.Metadata(ctx, c.Channel, c.Chaincode)
		if err != nil {
			return nil //nolint:nilerr // the submission itself tells what is wrong
		}
		d = description{read: evaluated(raw), taken: s.now()}
		s.readers.mu.Lock()
		s.readers.known[[2]string{c.Channel, c.Chaincode}] = d
		s.readers.mu.Unlock()
	}
	if !d.read[c.Function] {
		return nil
	}
	return fault.New(fault.Invalid, "function_reads_only", "%s only reads: submitting it would write its answer into a block", c.Function).
		WithHint("evaluate it instead").WithDetail("body.function", c.Function)
}

// evaluated gives the functions that contract-api's metadata tags EVALUATE (in its older words, without SUBMIT).
func evaluated(raw []byte) map[string]bool {
	var m struct {
		Contracts map[string]struct {
			Transactions []struct {
				Name string   `json:"name"`
				Tag  []string `json:"tag"`
			} `json:"transactions"`
		} `json:"contracts"`
	}
	read := map[string]bool{}
	if json.Unmarshal(raw, &m) != nil {
		return read
	}
	for name, c := range m.Contracts {
		for _, t := range c.Transactions {
			for _, tag := range t.Tag {
				if strings.EqualFold(tag, "evaluate") {
					read[t.Name], read[name+":"+t.Name] = true, true
				}
			}
		}
	}
	return read
}
