// SPDX-License-Identifier: Apache-2.0

import { answer, http, once, page, type Schemas } from './client';

export type Ledger = Schemas['Ledger'];
export type NewLedger = Schemas['NewLedger'];
export type Block = Schemas['Block'];
export type Transaction = Schemas['Transaction'];
export type Write = Schemas['Write'];

export const listLedgers = (cursor?: string) => page(http.GET('/ledgers', { params: { query: { cursor, limit: 50 } } }));
export const getLedger = (ledger: string) => answer(http.GET('/ledgers/{ledger}', { params: { path: { ledger } } }));
export const createLedger = (body: NewLedger, key: string) => answer(http.POST('/ledgers', { body, ...once(key) }));
export const addMember = (ledger: string, organization: string, key: string) =>
  answer(http.POST('/ledgers/{ledger}/organizations', { params: { path: { ledger } }, body: { organization }, ...once(key) }));
export const listBlocks = (ledger: string, cursor?: string) =>
  page(http.GET('/ledgers/{ledger}/blocks', { params: { path: { ledger }, query: { cursor, limit: 20 } } }));
export const getBlock = (ledger: string, number: number) =>
  answer(http.GET('/ledgers/{ledger}/blocks/{number}', { params: { path: { ledger, number } } }));
export const listTransactions = (ledger: string, cursor?: string) =>
  page(http.GET('/ledgers/{ledger}/transactions', { params: { path: { ledger }, query: { cursor, limit: 20 } } }));
export const getTransaction = (ledger: string, transaction: string) =>
  answer(http.GET('/ledgers/{ledger}/transactions/{transaction}', { params: { path: { ledger, transaction } } }));
