// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// Node is a peer or an orderer under management.
type Node struct {
	ID           string     `json:"id" example:"bizkaia-peer0"`
	Kind         string     `json:"kind" enum:"peer,orderer"`
	Organization string     `json:"organization"`
	Phase        string     `json:"phase" enum:"stopped,starting,running,unhealthy,backoff,failed" doc:"Running: its health endpoint answered in the last seconds."`
	Reason       string     `json:"reason,omitempty" doc:"Why it is not running, in words."`
	Since        time.Time  `json:"since" doc:"When the phase began."`
	Address      string     `json:"address" doc:"host:port for gRPC with TLS."`
	Version      string     `json:"version,omitempty" doc:"Fabric's version."`
	Restarts     int        `json:"restarts" doc:"Since the platform started."`
	PID          int        `json:"pid,omitempty"`
	RSS          int64      `json:"rss" doc:"Resident memory, bytes."`
	CPUSeconds   float64    `json:"cpuSeconds"`
	Disk         int64      `json:"disk" doc:"Its data on disk, bytes."`
	HealthyAt    *time.Time `json:"healthyAt,omitempty"`
	Channels     []string   `json:"channels" doc:"Ledgers that it has joined."`
}

// LogLines are the last lines of a node's or contract's log.
type LogLines struct {
	Lines []string `json:"lines" doc:"Oldest first."`
}
