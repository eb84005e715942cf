// SPDX-License-Identifier: Apache-2.0

import { useMutation, useQuery } from '@tanstack/react-query';

import {
  deployContract,
  evaluate,
  getContract,
  getContractLogs,
  getMetadata,
  listCatalogue,
  listContracts,
  submit,
  type Call,
  type NewContract,
} from '../api/contracts';
import { keys } from './keys';
import { useWrite } from './write';

export const useCatalogue = () => useQuery({ queryKey: keys.catalogue, queryFn: listCatalogue, staleTime: 300_000 });

export const useContracts = (ledger: string) =>
  useQuery({ queryKey: keys.contracts(ledger), queryFn: () => listContracts(ledger), refetchInterval: 5_000 });

export const useContract = (ledger: string, contract: string) =>
  useQuery({ queryKey: keys.contract(ledger, contract), queryFn: () => getContract(ledger, contract), refetchInterval: 5_000 });

export const useMetadata = (ledger: string, contract: string) =>
  useQuery({ queryKey: keys.metadata(ledger, contract), queryFn: () => getMetadata(ledger, contract), staleTime: 300_000 });

export const useContractLogs = (ledger: string, contract: string) =>
  useQuery({
    queryKey: keys.contractLogs(ledger, contract),
    queryFn: () => getContractLogs(ledger, contract, 200),
    refetchInterval: 5_000,
  });

export const useDeployContract = () =>
  useWrite(
    ({ ledger, ...body }: NewContract & { ledger: string }, key) => deployContract(ledger, body, key),
    [keys.ledgers, keys.operations],
  );

export const useSubmit = (ledger: string, contract: string) =>
  useWrite((call: Call, key) => submit(ledger, contract, call, key), [keys.ledger(ledger)]);

export const useEvaluate = (ledger: string, contract: string) =>
  useMutation({ mutationFn: (call: Call) => evaluate(ledger, contract, call) });
