// SPDX-License-Identifier: Apache-2.0

// Command anchors serves the contract anchors as a chaincode service; its environment is described at
// ccaas.FromEnvironment.
package main

import (
	"context"
	"os"

	"github.com/blockchain4all/blockchain4all/contracts/anchors"
	"github.com/blockchain4all/blockchain4all/contracts/internal/ccaas"
)

func main() { os.Exit(ccaas.Main(context.Background(), anchors.Name, anchors.New)) }
