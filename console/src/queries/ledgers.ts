// SPDX-License-Identifier: Apache-2.0

import { keepPreviousData, useQuery } from '@tanstack/react-query';

import {
  addMember,
  createLedger,
  getBlock,
  getLedger,
  getTransaction,
  listBlocks,
  listLedgers,
  listTransactions,
} from '../api/ledgers';
import { keys } from './keys';
import { useWrite } from './write';

export const useLedgers = (cursor?: string) =>
  useQuery({
    queryKey: keys.ledgerPage(cursor),
    queryFn: () => listLedgers(cursor),
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  });

export const useLedger = (name: string) =>
  useQuery({ queryKey: keys.ledger(name), queryFn: () => getLedger(name), refetchInterval: 5_000 });

/** Blocks, newest first. The first page follows the ledger; older pages never change. */
export const useBlocks = (ledger: string, cursor?: string) =>
  useQuery({
    queryKey: keys.blocks(ledger, cursor),
    queryFn: () => listBlocks(ledger, cursor),
    refetchInterval: cursor ? false : 5_000,
    placeholderData: keepPreviousData,
  });

export const useBlock = (ledger: string, number: number) =>
  useQuery({ queryKey: keys.block(ledger, number), queryFn: () => getBlock(ledger, number), staleTime: Infinity });

export const useTransactions = (ledger: string, cursor?: string) =>
  useQuery({
    queryKey: keys.transactions(ledger, cursor),
    queryFn: () => listTransactions(ledger, cursor),
    refetchInterval: cursor ? false : 5_000,
    placeholderData: keepPreviousData,
  });

export const useTransaction = (ledger: string, id: string) =>
  useQuery({ queryKey: keys.transaction(ledger, id), queryFn: () => getTransaction(ledger, id), staleTime: Infinity });

export const useCreateLedger = () => useWrite(createLedger, [keys.ledgers, keys.operations]);

export const useAddMember = (ledger: string) =>
  useWrite((organization: string, key) => addMember(ledger, organization, key), [keys.ledgers, keys.operations]);
