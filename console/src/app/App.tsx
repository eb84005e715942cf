// SPDX-License-Identifier: Apache-2.0
import { Bullseye, Spinner } from '@patternfly/react-core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Route, Routes, useLocation } from 'react-router';
import { useSession } from '../queries';
import { Shell } from './Shell';

const SignIn = lazy(() => import('../pages/SignIn'));
const Overview = lazy(() => import('../pages/Overview'));
const Organizations = lazy(() => import('../pages/Organizations'));
const OrganizationPage = lazy(() => import('../pages/Organization'));
const Ledgers = lazy(() => import('../pages/Ledgers'));
const LedgerPage = lazy(() => import('../pages/Ledger'));
const BlockPage = lazy(() => import('../pages/Block'));
const TransactionPage = lazy(() => import('../pages/Transaction'));
const ContractPage = lazy(() => import('../pages/Contract'));
const Nodes = lazy(() => import('../pages/Nodes'));
const NodePage = lazy(() => import('../pages/Node'));
const Operations = lazy(() => import('../pages/Operations'));
const OperationPage = lazy(() => import('../pages/Operation'));
const Doctor = lazy(() => import('../pages/Doctor'));
const NotFound = lazy(() => import('../pages/NotFound'));

export function App() {
  const { t } = useTranslation();
  const session = useSession();
  const location = useLocation();
  const waiting = (
    <Bullseye>
      <Spinner aria-label={t('loading')} />
    </Bullseye>
  );
  if (location.pathname === '/signin') {
    return (
      <Suspense fallback={waiting}>
        <SignIn />
      </Suspense>
    );
  }
  if (session.isPending) return waiting;
  if (session.error) return <Navigate to="/signin" replace />;
  return (
    <Shell>
      <Suspense fallback={waiting}>
        <Routes>
          <Route path="/" element={<Overview />} />
          <Route path="/organizations" element={<Organizations />} />
          <Route path="/organizations/:org" element={<OrganizationPage />} />
          <Route path="/ledgers" element={<Ledgers />} />
          <Route path="/ledgers/:ledger" element={<LedgerPage />} />
          <Route path="/ledgers/:ledger/blocks/:number" element={<BlockPage />} />
          <Route path="/ledgers/:ledger/transactions/:transaction" element={<TransactionPage />} />
          <Route path="/ledgers/:ledger/contracts/:contract" element={<ContractPage />} />
          <Route path="/nodes" element={<Nodes />} />
          <Route path="/nodes/:node" element={<NodePage />} />
          <Route path="/operations" element={<Operations />} />
          <Route path="/operations/:operation" element={<OperationPage />} />
          <Route path="/doctor" element={<Doctor />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Suspense>
    </Shell>
  );
}
