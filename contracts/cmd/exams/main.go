// SPDX-License-Identifier: Apache-2.0

// Command exams serves the contract exams as a chaincode service; its environment is described at
// ccaas.FromEnvironment.
package main

import (
	"github.com/blockchain4all/blockchain4all/contracts/exams"
	"github.com/blockchain4all/blockchain4all/contracts/internal/ccaas"
)

func main() { ccaas.Main(exams.Name, exams.New) }
