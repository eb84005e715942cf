// SPDX-License-Identifier: Apache-2.0

package gateway

// CallFault is callFault.
func CallFault(err error) error { return callFault(err) }
