// SPDX-License-Identifier: Apache-2.0

// Package e2e tests the built program bin/b4a as its users meet it: its processes, its API, faults and bad input.
package e2e
