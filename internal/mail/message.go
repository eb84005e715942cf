// SPDX-License-Identifier: Apache-2.0

package mail

// Message is one mail to one person, rendered from a template in the recipient's language when it is sent.
type Message struct {
	To       string            // address
	Locale   string            // eu, es or en
	Template string            // name of a template: "invitation", "password-reset"
	Data     map[string]string // the template's values; never secrets other than one-time links
}
