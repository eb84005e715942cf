// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// Platform describes this installation.
type Platform struct {
	Name          string    `json:"name"`
	Version       string    `json:"version" doc:"Of b4a."`
	FabricVersion string    `json:"fabricVersion" example:"v3.1.1"`
	Ordering      string    `json:"ordering" enum:"bft,raft"`
	State         string    `json:"state" enum:"starting,ready,degraded"`
	Reason        string    `json:"reason,omitempty"`
	StartedAt     time.Time `json:"startedAt"`
	Organizations int       `json:"organizations"`
	Ledgers       int       `json:"ledgers"`
	Contracts     int       `json:"contracts"`
	Nodes         int       `json:"nodes"`
	NodesRunning  int       `json:"nodesRunning"`
}

// Check is one finding of the doctor.
type Check struct {
	Name   string `json:"name" doc:"Stable key." example:"disk"`
	Title  string `json:"title"`
	State  string `json:"state" enum:"ok,warning,error"`
	Detail string `json:"detail" doc:"What was found."`
	Hint   string `json:"hint,omitempty" doc:"What to do."`
}

// Report is the doctor's answer.
type Report struct {
	State  string  `json:"state" enum:"ok,warning,error" doc:"The worst of the checks."`
	Checks []Check `json:"checks"`
}
