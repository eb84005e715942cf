// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/chaincode"
	"github.com/blockchain4all/blockchain4all/internal/node"
)

// ContractPath names a contract on a ledger. It is exported for huma, which fills exported embedded fields only.
type ContractPath struct {
	LedgerPath
	Contract string `path:"contract" maxLength:"64" doc:"Contract name." example:"exams"`
}

func (p *ContractPath) contract() string { return p.Contract }

type newContractInput struct {
	LedgerPath
	Body api.NewContract
}

type contractLogsInput struct {
	ContractPath
	Tail int `query:"tail" minimum:"1" maximum:"2000" default:"200" doc:"Number of lines."`
}

func (s *Server) contractRoutes() {
	register(s, route{
		id: "listCatalogue", method: http.MethodGet, path: "/catalogue", tag: "contracts",
		summary: "List the contracts that the platform offers", action: access.CatalogueRead,
	}, func(_ context.Context, _ *none) (*body[api.Page[api.CatalogueEntry]], error) {
		page := api.Page[api.CatalogueEntry]{Items: []api.CatalogueEntry{}}
		for _, e := range s.Contracts.Catalogue() {
			page.Items = append(page.Items, api.CatalogueEntry{
				Name: e.Name, Version: e.Version, Title: e.Title, Description: e.Description,
			})
		}
		return answer(page, nil)
	})
	register(s, route{
		id: "listContracts", method: http.MethodGet, path: "/ledgers/{ledger}/contracts", tag: "contracts",
		summary: "List a ledger's contracts by name", action: access.ContractRead,
	}, s.listContracts)
	register(s, route{
		id: "deployContract", method: http.MethodPost, path: "/ledgers/{ledger}/contracts", tag: "contracts",
		summary: "Deploy a catalogue contract on a ledger", status: http.StatusAccepted, action: access.ContractDeploy,
	}, func(ctx context.Context, in *newContractInput) (*body[api.Accepted], error) {
		n := chaincode.NewDeployment{Channel: in.Ledger, Catalogue: in.Body.Catalogue, Name: in.Body.Name}
		if _, err := s.Contracts.Catalogue().Get(n.Catalogue); err != nil {
			return nil, err
		}
		op, err := s.Contracts.Deploy(ctx, n, actor(ctx), key(ctx))
		noteOperation(ctx, op, err, map[string]any{"catalogue": n.Catalogue, "name": n.Name})
		return accepted(op, err)
	})
	register(s, route{
		id: "getContract", method: http.MethodGet, path: "/ledgers/{ledger}/contracts/{contract}", tag: "contracts",
		summary: "Show a contract", action: access.ContractRead,
	}, func(ctx context.Context, in *ContractPath) (*body[api.Contract], error) {
		d, err := s.Contracts.Get(ctx, in.Ledger, in.Contract)
		if err != nil {
			return nil, err
		}
		return answer(s.showContract(ctx, d))
	})
	register(s, route{
		id: "getContractMetadata", method: http.MethodGet, path: "/ledgers/{ledger}/contracts/{contract}/metadata",
		tag: "contracts", summary: "Show a contract's functions, as it describes them itself", action: access.ContractRead,
	}, func(ctx context.Context, in *ContractPath) (*body[api.ContractMetadata], error) {
		raw, err := s.Transactions.Metadata(ctx, in.Ledger, in.Contract)
		if err != nil {
			return nil, err
		}
		return answer(decodeMetadata(raw))
	})
	register(s, route{
		id: "getContractLogs", method: http.MethodGet, path: "/ledgers/{ledger}/contracts/{contract}/logs",
		tag: "contracts", summary: "Show a contract's last log lines", action: access.ContractRead,
	}, func(ctx context.Context, in *contractLogsInput) (*body[api.LogLines], error) {
		lines, err := s.Contracts.Logs(ctx, in.Ledger, in.Contract, in.Tail)
		return answer(api.LogLines{Lines: lines}, err)
	})
}

type contractList struct {
	LedgerPath
	Paging
}

func (s *Server) listContracts(ctx context.Context, in *contractList) (*body[api.Page[api.Contract]], error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	all, err := s.Contracts.List(ctx, in.Ledger)
	if err != nil {
		return nil, err
	}
	part := window(all, after, in.Limit, func(d chaincode.Deployment) string { return d.Name })
	show := func(d chaincode.Deployment) (api.Contract, error) { return s.showContract(ctx, d) }
	return pageOf(part, in.Limit, show, func(d chaincode.Deployment) string { return d.Name })
}

func (s *Server) showContract(ctx context.Context, d chaincode.Deployment) (api.Contract, error) {
	members, err := s.Channels.Members(ctx, d.Channel)
	if err != nil {
		return api.Contract{}, err
	}
	o := s.Contracts.Observe(ctx, d)
	shown := api.Contract{
		Name: d.Name, Ledger: d.Channel, Catalogue: d.Catalogue, Version: d.Version, Sequence: d.Sequence,
		PackageID: d.PackageID, State: string(d.State), Reason: d.Reason, Endorsement: d.Endorsement,
		Collections: []api.Collection{}, Approvals: d.Approvals, CreatedAt: d.CreatedAt.UTC(),
		Process: &api.ContractProcess{
			Phase: string(o.Phase), Reason: o.Reason, PID: o.PID, Restarts: o.Restarts, RSS: o.Usage.RSSBytes,
		},
	}
	if shown.Endorsement == "" {
		shown.Endorsement = "majority of the members"
	}
	if shown.Approvals == nil {
		shown.Approvals = []string{}
	}
	if d.State == chaincode.Ready && o.Phase != node.Running {
		shown.State, shown.Reason = "unavailable", o.Reason
	}
	for _, c := range d.Collections {
		shown.Collections = append(shown.Collections, api.Collection{
			Name: c.Name, Organizations: members, BlockToLive: c.BlockToLive,
		})
	}
	return shown, nil
}
