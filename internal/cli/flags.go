// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/client"
)

const maxPage = 200

// required makes flags necessary.
func (a *app) required(cmd *cobra.Command, flags ...string) {
	for _, name := range flags {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic("command without flag " + name) // a mistake in this package, seen by every test
		}
	}
}

// orgFlag adds --org, with completion.
func (a *app) orgFlag(cmd *cobra.Command, help string) *string {
	org := cmd.Flags().String("org", "", help)
	a.complete(cmd, "org", a.orgNames())
	return org
}

// ofOrg adds the required flag --org, with completion.
func (a *app) ofOrg(cmd *cobra.Command) *string {
	org := a.orgFlag(cmd, "`ID` of the organization")
	a.required(cmd, "org")
	return org
}

// ledgerFlag adds the required flag --ledger, with completion.
func (a *app) ledgerFlag(cmd *cobra.Command) *string {
	ledger := cmd.Flags().String("ledger", "", "name of the ledger")
	a.complete(cmd, "ledger", a.ledgerNames())
	a.required(cmd, "ledger")
	return ledger
}

// limit is how many items of a list are wanted; 0: all.
type limit int

func limitFlag(cmd *cobra.Command) *limit {
	l := new(limit)
	cmd.Flags().IntVar((*int)(l), "limit", 0, "show at most so many; 0: all")
	return l
}

func (l *limit) page() client.CallOption {
	if *l > 0 && *l < maxPage {
		return client.PageSize(int(*l))
	}
	return client.PageSize(maxPage)
}

func collect[T any](items iter.Seq2[T, error], l *limit) ([]T, error) {
	return client.Collect(items, int(*l))
}

// keyValues reads KEY=VALUE texts. what names the flag in complaints.
func keyValues(what string, texts []string) (map[string]string, error) {
	if len(texts) == 0 {
		return nil, nil //nolint:nilnil // no values is a value
	}
	out := make(map[string]string, len(texts))
	for _, t := range texts {
		k, v, ok := strings.Cut(t, "=")
		if !ok || k == "" {
			return nil, usage("--"+what+" KEY=VALUE", "--%s %q has no KEY=", what, t)
		}
		if _, twice := out[k]; twice {
			return nil, usage("give each key once", "--%s names %q twice", what, k)
		}
		out[k] = v
	}
	return out, nil
}
