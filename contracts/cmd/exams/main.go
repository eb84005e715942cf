// SPDX-License-Identifier: Apache-2.0

// Command exams serves the contract exams as a chaincode service; its environment is described at
// ccaas.FromEnvironment.
package main

import (
	"context"
	"os"

	"github.com/blockchain4all/blockchain4all/contracts/exams"
	"github.com/blockchain4all/blockchain4all/contracts/internal/ccaas"
)

func main() { os.Exit(ccaas.Main(context.Background(), exams.Name, exams.New)) }
