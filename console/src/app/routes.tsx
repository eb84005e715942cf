// SPDX-License-Identifier: Apache-2.0

import type { ComponentType } from 'react';
import { createBrowserRouter } from 'react-router';

import { ErrorPage, NotFoundPage } from './ErrorPage';
import { Shell } from './Shell';

/** A page in a file of its own, loaded when it is first shown. */
const page = (load: () => Promise<ComponentType>) => ({ lazy: async () => ({ Component: await load() }) });

export const router = createBrowserRouter([
  { path: '/signin', ErrorBoundary: ErrorPage, ...page(async () => (await import('../pages/session/SignInPage')).SignInPage) },
  { path: '/clinic', ErrorBoundary: ErrorPage, ...page(async () => (await import('../pages/clinic/ClinicPage')).ClinicPage) },
  { path: '/access', ErrorBoundary: ErrorPage, ...page(async () => (await import('../pages/access/AccessPage')).AccessPage) },
  { path: '/access/confirm', ErrorBoundary: ErrorPage, ...page(async () => (await import('../pages/access/ConfirmPage')).ConfirmPage) },
  { path: '/access/receipt', ErrorBoundary: ErrorPage, ...page(async () => (await import('../pages/access/ReceiptPage')).ReceiptPage) },
  { path: '/invitation', ErrorBoundary: ErrorPage, ...page(async () => (await import('../pages/account/InvitationPage')).InvitationPage) },
  { path: '/ledger-invitation', ErrorBoundary: ErrorPage, ...page(async () => (await import('../pages/invitations/LedgerInvitationPage')).LedgerInvitationPage) },
  { path: '/password-reset', ErrorBoundary: ErrorPage, ...page(async () => (await import('../pages/account/PasswordResetPage')).PasswordResetPage) },
  {
    path: '/',
    Component: Shell,
    ErrorBoundary: ErrorPage,
    children: [
      {
        ErrorBoundary: ErrorPage,
        children: [
          { index: true, ...page(async () => (await import('../pages/overview/OverviewPage')).OverviewPage) },
          { path: 'organizations', ...page(async () => (await import('../pages/organizations/OrganizationsPage')).OrganizationsPage) },
          { path: 'organizations/:org/:tab?', ...page(async () => (await import('../pages/organizations/OrganizationPage')).OrganizationPage) },
          { path: 'nodes', ...page(async () => (await import('../pages/nodes/NodesPage')).NodesPage) },
          { path: 'nodes/:node', ...page(async () => (await import('../pages/nodes/NodePage')).NodePage) },
          { path: 'ledgers', ...page(async () => (await import('../pages/ledgers/LedgersPage')).LedgersPage) },
          { path: 'ledgers/:ledger/:tab?', ...page(async () => (await import('../pages/ledgers/LedgerPage')).LedgerPage) },
          { path: 'ledgers/:ledger/blocks/:number', ...page(async () => (await import('../pages/ledgers/BlockPage')).BlockPage) },
          { path: 'ledgers/:ledger/transactions/:transaction', ...page(async () => (await import('../pages/ledgers/TransactionPage')).TransactionPage) },
          { path: 'ledgers/:ledger/contracts/:contract/:tab?', ...page(async () => (await import('../pages/contracts/ContractPage')).ContractPage) },
          { path: 'operations', ...page(async () => (await import('../pages/operations/OperationsPage')).OperationsPage) },
          { path: 'operations/:operation', ...page(async () => (await import('../pages/operations/OperationPage')).OperationPage) },
          { path: 'signature-requests', ...page(async () => (await import('../pages/signatures/SignaturesPage')).SignaturesPage) },
          { path: 'signature-requests/:signature', ...page(async () => (await import('../pages/signatures/SignaturePage')).SignaturePage) },
          { path: 'doctor', ...page(async () => (await import('../pages/doctor/DoctorPage')).DoctorPage) },
          { path: 'audit', ...page(async () => (await import('../pages/audit/AuditPage')).AuditPage) },
          { path: 'access-requests', ...page(async () => (await import('../pages/access/RequestsPage')).RequestsPage) },
          { path: 'access-requests/rules', ...page(async () => (await import('../pages/access/RulesPage')).RulesPage) },
          { path: 'access-requests/:request', ...page(async () => (await import('../pages/access/RequestPage')).RequestPage) },
          { path: 'mails/:tab?', ...page(async () => (await import('../pages/mails/MailsPage')).MailsPage) },
          { path: 'signin-settings', ...page(async () => (await import('../pages/signin/SignInSettingsPage')).SignInSettingsPage) },
          { path: 'members/:tab?', ...page(async () => (await import('../pages/members/PlatformMembersPage')).PlatformMembersPage) },
          { path: 'account/:tab?', ...page(async () => (await import('../pages/account/AccountPage')).AccountPage) },
          { path: '*', Component: NotFoundPage },
        ],
      },
    ],
  },
]);
