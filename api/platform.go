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

// Principal is who is calling.
type Principal struct {
	Name         string     `json:"name" doc:"Of the token or session."`
	Role         string     `json:"role" enum:"operator,auditor,admin,developer,reader"`
	Organization string     `json:"organization,omitempty" doc:"For the roles admin, developer and reader."`
	Expires      *time.Time `json:"expires,omitempty"`
}

// Token is an API token, without its secret.
type Token struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Role         string     `json:"role" enum:"operator,auditor,admin,developer,reader"`
	Organization string     `json:"organization,omitempty"`
	CreatedAt    time.Time  `json:"createdAt"`
	ExpiresAt    *time.Time `json:"expiresAt,omitempty"`
}

// NewToken asks for an API token.
type NewToken struct {
	Name         string `json:"name" minLength:"1" maxLength:"80"`
	Role         string `json:"role" enum:"operator,auditor,admin,developer,reader"`
	Organization string `json:"organization,omitempty" doc:"Required for the roles admin, developer and reader."`
	ExpiresIn    int64  `json:"expiresIn,omitempty" minimum:"0" maximum:"31536000" doc:"Seconds; 0: 90 days."`
}

// IssuedToken is a new token with its secret, which is shown only once.
type IssuedToken struct {
	Token  Token  `json:"token"`
	Secret string `json:"secret" doc:"Send it as Authorization: Bearer."`
}

// SignInLink is a link that opens the console signed in, once.
type SignInLink struct {
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// NewSession exchanges a one-time code for a session cookie.
type NewSession struct {
	Code string `json:"code" minLength:"20" maxLength:"200"`
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
