// SPDX-License-Identifier: Apache-2.0

// Command mspverdict asks Hyperledger Fabric's own code whether it takes MSP definitions and identities. The tests
// compare its verdicts with the platform's. It reads a JSON list of questions and writes the list of answers.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/hyperledger/fabric-lib-go/bccsp/factory"
	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric/msp"
	"google.golang.org/protobuf/proto"
)

type question struct {
	Config   []byte // MSPConfig
	Identity []byte // PEM; may be empty
}

// answer holds Fabric's complaints; empty ones are none.
type answer struct{ Setup, Identity string }

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		return err
	}
	answers := make([]answer, len(questions))
	for i, q := range questions {
		answers[i] = ask(q)
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}

func ask(q question) (a answer) {
	defer func() { // Fabric's code may panic on what it does not expect
		if v := recover(); v != nil {
			a.Setup = fmt.Sprint(v)
		}
	}()
	// Version 3.0 is that of channels with the capability V3_0, as the platform makes them.
	m, err := msp.New(&msp.BCCSPNewOpts{NewBaseOpts: msp.NewBaseOpts{Version: msp.MSPv3_0}}, factory.GetDefault())
	if err != nil {
		return answer{Setup: err.Error()}
	}
	var config msppb.MSPConfig
	if err := proto.Unmarshal(q.Config, &config); err != nil {
		return answer{Setup: err.Error()}
	}
	if err := m.Setup(&config); err != nil {
		return answer{Setup: err.Error()}
	}
	if len(q.Identity) == 0 {
		return answer{}
	}
	name, err := m.GetIdentifier()
	if err != nil {
		return answer{Setup: err.Error()}
	}
	serialized, err := proto.Marshal(&msppb.SerializedIdentity{Mspid: name, IdBytes: q.Identity})
	if err != nil {
		return answer{Identity: err.Error()}
	}
	id, err := m.DeserializeIdentity(serialized)
	if err == nil {
		err = id.Validate()
	}
	if err != nil {
		return answer{Identity: err.Error()}
	}
	return answer{}
}
