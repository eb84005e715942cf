// SPDX-License-Identifier: Apache-2.0
// One hook a question; the keys are in one place, so that what changes is asked again.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, unwrap, type Call } from '../api/client';

const often = 3000;

export const keys = {
  session: ['session'] as const,
  platform: ['platform'] as const,
  doctor: ['doctor'] as const,
  organizations: ['organizations'] as const,
  organization: (id: string) => ['organizations', id] as const,
  applications: (org: string) => ['organizations', org, 'applications'] as const,
  certificates: (org: string) => ['organizations', org, 'certificates'] as const,
  nodes: ['nodes'] as const,
  logs: (node: string) => ['nodes', node, 'logs'] as const,
  ledgers: ['ledgers'] as const,
  ledger: (name: string) => ['ledgers', name] as const,
  blocks: (name: string) => ['ledgers', name, 'blocks'] as const,
  block: (name: string, number: number) => ['ledgers', name, 'blocks', number] as const,
  transactions: (name: string) => ['ledgers', name, 'transactions'] as const,
  transaction: (name: string, id: string) => ['ledgers', name, 'transactions', id] as const,
  contracts: (name: string) => ['ledgers', name, 'contracts'] as const,
  metadata: (name: string, contract: string) => ['ledgers', name, 'contracts', contract, 'metadata'] as const,
  catalogue: ['catalogue'] as const,
  operations: ['operations'] as const,
  operation: (id: string) => ['operations', id] as const,
};

export const useSession = () =>
  useQuery({ queryKey: keys.session, queryFn: () => unwrap(api.GET('/session')), retry: false, staleTime: 60_000 });
export const usePlatform = () =>
  useQuery({ queryKey: keys.platform, queryFn: () => unwrap(api.GET('/platform')), refetchInterval: often });
export const useDoctor = () => useQuery({ queryKey: keys.doctor, queryFn: () => unwrap(api.GET('/doctor')) });
export const useOrganizations = () =>
  useQuery({
    queryKey: keys.organizations,
    queryFn: () => unwrap(api.GET('/organizations', { params: { query: { limit: 200 } } })),
    refetchInterval: often,
  });
export const useOrganization = (org: string) =>
  useQuery({
    queryKey: keys.organization(org),
    queryFn: () => unwrap(api.GET('/organizations/{org}', { params: { path: { org } } })),
    refetchInterval: often,
  });
export const useApplications = (org: string) =>
  useQuery({
    queryKey: keys.applications(org),
    queryFn: () =>
      unwrap(api.GET('/organizations/{org}/applications', { params: { path: { org }, query: { limit: 200 } } })),
    enabled: org !== '',
  });
export const useCertificates = (org: string) =>
  useQuery({
    queryKey: keys.certificates(org),
    queryFn: () =>
      unwrap(api.GET('/organizations/{org}/certificates', { params: { path: { org }, query: { limit: 200 } } })),
  });
export const useNodes = () =>
  useQuery({
    queryKey: keys.nodes,
    queryFn: () => unwrap(api.GET('/nodes', { params: { query: { limit: 200 } } })),
    refetchInterval: often,
  });
export const useNodeLogs = (node: string) =>
  useQuery({
    queryKey: keys.logs(node),
    queryFn: () => unwrap(api.GET('/nodes/{node}/logs', { params: { path: { node }, query: { tail: 200 } } })),
    refetchInterval: often,
  });
export const useLedgers = () =>
  useQuery({
    queryKey: keys.ledgers,
    queryFn: () => unwrap(api.GET('/ledgers', { params: { query: { limit: 200 } } })),
    refetchInterval: often,
  });
export const useLedger = (ledger: string) =>
  useQuery({
    queryKey: keys.ledger(ledger),
    queryFn: () => unwrap(api.GET('/ledgers/{ledger}', { params: { path: { ledger } } })),
    refetchInterval: often,
  });
export const useBlocks = (ledger: string) =>
  useInfiniteQuery({
    queryKey: keys.blocks(ledger),
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/ledgers/{ledger}/blocks', { params: { path: { ledger }, query: { limit: 20, cursor: pageParam } } }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  });
export const useBlock = (ledger: string, number: number) =>
  useQuery({
    queryKey: keys.block(ledger, number),
    queryFn: () => unwrap(api.GET('/ledgers/{ledger}/blocks/{number}', { params: { path: { ledger, number } } })),
  });
export const useTransactions = (ledger: string) =>
  useInfiniteQuery({
    queryKey: keys.transactions(ledger),
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/ledgers/{ledger}/transactions', {
          params: { path: { ledger }, query: { limit: 20, cursor: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  });
export const useTransaction = (ledger: string, transaction: string) =>
  useQuery({
    queryKey: keys.transaction(ledger, transaction),
    queryFn: () =>
      unwrap(api.GET('/ledgers/{ledger}/transactions/{transaction}', { params: { path: { ledger, transaction } } })),
  });
export const useContracts = (ledger: string) =>
  useQuery({
    queryKey: keys.contracts(ledger),
    queryFn: () => unwrap(api.GET('/ledgers/{ledger}/contracts', { params: { path: { ledger } } })),
    refetchInterval: often,
  });
export const useMetadata = (ledger: string, contract: string) =>
  useQuery({
    queryKey: keys.metadata(ledger, contract),
    queryFn: () =>
      unwrap(api.GET('/ledgers/{ledger}/contracts/{contract}/metadata', { params: { path: { ledger, contract } } })),
    staleTime: 60_000,
  });
export const useCatalogue = () =>
  useQuery({ queryKey: keys.catalogue, queryFn: () => unwrap(api.GET('/catalogue')), staleTime: 60_000 });
export const useOperations = () =>
  useQuery({
    queryKey: keys.operations,
    queryFn: () => unwrap(api.GET('/operations', { params: { query: { limit: 50 } } })),
    refetchInterval: often,
  });

/** useWrite asks for a change, and for everything again when it is done. */
function useWrite<In, Out>(write: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: write, onSettled: () => client.invalidateQueries() });
}

export const useSignIn = () =>
  useWrite((code: string) => unwrap(api.POST('/session', { body: { code } })));
export const useSignOut = () => useWrite(() => unwrap(api.DELETE('/session')));
export const useCreateOrganization = () =>
  useWrite((body: { id: string; name: string; kind: 'public-body' }) => unwrap(api.POST('/organizations', { body })));
export const useCreateLedger = () =>
  useWrite((body: { name: string; organizations: string[] }) => unwrap(api.POST('/ledgers', { body })));
export const useAddMember = (ledger: string) =>
  useWrite((organization: string) =>
    unwrap(api.POST('/ledgers/{ledger}/organizations', { params: { path: { ledger } }, body: { organization } })),
  );
export const useDeploy = (ledger: string) =>
  useWrite((catalogue: string) =>
    unwrap(api.POST('/ledgers/{ledger}/contracts', { params: { path: { ledger } }, body: { catalogue } })),
  );
export const useRestartNode = () =>
  useWrite((node: string) => unwrap(api.POST('/nodes/{node}/restart', { params: { path: { node } } })));
export const useRetryOperation = () =>
  useWrite((operation: string) => unwrap(api.POST('/operations/{operation}/retry', { params: { path: { operation } } })));
export const useSubmit = (ledger: string, contract: string) =>
  useWrite((body: Call) =>
    unwrap(api.POST('/ledgers/{ledger}/contracts/{contract}/submit', { params: { path: { ledger, contract } }, body })),
  );
export const useEvaluate = (ledger: string, contract: string) =>
  useMutation({
    mutationFn: (body: Call) =>
      unwrap(
        api.POST('/ledgers/{ledger}/contracts/{contract}/evaluate', { params: { path: { ledger, contract } }, body }),
      ),
  });
