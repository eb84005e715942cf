// SPDX-License-Identifier: Apache-2.0

import { answer, http, once, page, type Schemas } from './client';

export type Contract = Schemas['Contract'];
export type NewContract = Schemas['NewContract'];
export type CatalogueEntry = Schemas['CatalogueEntry'];
export type ContractMetadata = Schemas['ContractMetadata'];
export type ContractFunction = Schemas['ContractFunction'];
export type Call = Schemas['Call'];
export type Commit = Schemas['Commit'];

export const listCatalogue = () => page(http.GET('/catalogue'));
export const listContracts = (ledger: string) =>
  page(http.GET('/ledgers/{ledger}/contracts', { params: { path: { ledger }, query: { limit: 200 } } }));
export const getContract = (ledger: string, contract: string) =>
  answer(http.GET('/ledgers/{ledger}/contracts/{contract}', { params: { path: { ledger, contract } } }));
export const deployContract = (ledger: string, body: NewContract, key: string) =>
  answer(http.POST('/ledgers/{ledger}/contracts', { params: { path: { ledger } }, body, ...once(key) }));
export const getMetadata = (ledger: string, contract: string) =>
  answer(http.GET('/ledgers/{ledger}/contracts/{contract}/metadata', { params: { path: { ledger, contract } } }));
export const getContractLogs = (ledger: string, contract: string, tail: number) =>
  answer(http.GET('/ledgers/{ledger}/contracts/{contract}/logs', { params: { path: { ledger, contract }, query: { tail } } }));

/** Writes to the ledger; the answer is the transaction's fate. */
export const submit = (ledger: string, contract: string, body: Call, key: string) =>
  answer(http.POST('/ledgers/{ledger}/contracts/{contract}/submit', { params: { path: { ledger, contract } }, body, ...once(key) }));

/** Asks a peer; nothing is written. */
export const evaluate = (ledger: string, contract: string, body: Call) =>
  answer(http.POST('/ledgers/{ledger}/contracts/{contract}/evaluate', { params: { path: { ledger, contract } }, body }));

export type NewProposal = Schemas['NewProposal'];
export type SignedProposal = Schemas['SignedProposal'];
export type SignedTransaction = Schemas['SignedTransaction'];

// The steps of a call whose key is not on the platform: a proposal is composed, signed, endorsed, signed, submitted.

export const composeProposal = (ledger: string, contract: string, body: NewProposal) =>
  answer(http.POST('/ledgers/{ledger}/contracts/{contract}/proposals', { params: { path: { ledger, contract } }, body }));
export const endorseProposal = (ledger: string, contract: string, body: SignedProposal) =>
  answer(http.POST('/ledgers/{ledger}/contracts/{contract}/endorsements', { params: { path: { ledger, contract } }, body }));
export const evaluateProposal = (ledger: string, contract: string, body: SignedProposal) =>
  answer(http.POST('/ledgers/{ledger}/contracts/{contract}/evaluations', { params: { path: { ledger, contract } }, body }));
export const submitSigned = (ledger: string, contract: string, body: SignedTransaction) =>
  answer(http.POST('/ledgers/{ledger}/contracts/{contract}/transactions', { params: { path: { ledger, contract } }, body }));
