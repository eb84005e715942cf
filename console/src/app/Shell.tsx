// SPDX-License-Identifier: Apache-2.0

import {
  Badge,
  Nav,
  NavItem,
  NavList,
  Page,
  PageSidebar,
  PageSidebarBody,
  SkipToContent,
  Spinner,
} from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, Outlet, useLocation, useNavigation } from 'react-router';

import { ProblemAlert } from '../components/ProblemAlert';
import { useNarrow } from '../hooks/useNarrow';
import { useSession } from '../queries/session';
import { useSignatureRequests } from '../queries/signatures';
import { Header } from './Header';
import { can } from './scopes';

const content = 'content';

/** The frame of every page behind the sign-in: skip link, masthead, navigation, content. */
export function Shell() {
  const { t } = useTranslation();
  const session = useSession();
  const { pathname, search } = useLocation();
  if (session.isPending) return <Spinner className="b4a-centre" aria-label={t('loading')} />;
  if (session.error && !session.data) {
    return (
      <main className="b4a-centre">
        <ProblemAlert error={session.error} title={t('problem.platform')} retry={() => void session.refetch()} />
      </main>
    );
  }
  if (!session.data) return <Navigate to="/signin" replace state={{ from: pathname + search }} />;
  return <Frame />;
}

function Frame() {
  const { t } = useTranslation();
  const loading = useNavigation().state === 'loading';
  const narrow = useNarrow();
  const { key } = useLocation();
  const [closed, setClosed] = useState(false);
  // On narrow screens the navigation is open for the page where it was opened, and closes behind whoever chose another.
  const [openedAt, setOpenedAt] = useState<string>();
  const open = narrow ? openedAt === key : !closed;
  const toggle = () => {
    if (narrow) setOpenedAt(open ? undefined : key);
    else setClosed(open);
  };
  const skip = (
    <SkipToContent
      href={`#${content}`}
      onClick={(event) => {
        event.preventDefault();
        document.getElementById(content)?.focus();
      }}
    >
      {t('skip')}
    </SkipToContent>
  );
  return (
    <Page
      masthead={<Header navigationOpen={open} onToggle={toggle} />}
      sidebar={<Sidebar open={open} />}
      skipToContent={skip}
      mainContainerId={content}
      mainAriaLabel={t('main')}
      isContentFilled
    >
      <div className={loading ? 'b4a-loading' : undefined} aria-hidden="true" />
      <Outlet />
    </Page>
  );
}

function Sidebar({ open }: { open: boolean }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const principal = useSession().data ?? undefined;
  const entries = [
    ['/', t('overview.title')],
    ['/organizations', t('organizations.title')],
    ['/ledgers', t('ledgers.title')],
    ['/nodes', t('nodes.title')],
    ['/operations', t('operations.title')],
    ...(can(principal, 'signature.read') ? [['/signature-requests', t('signatures.title')] as const] : []),
    ...(can(principal, 'doctor.read') ? [['/doctor', t('doctor.title')] as const] : []),
    ...(can(principal, 'audit.read') ? [['/audit', t('audit.title')] as const] : []),
    ['/clinic', t('clinic.title')],
    ...(can(principal, 'access-request.read') ? [['/access-requests', t('requests.title')] as const] : []),
    ...(can(principal, 'member.read') && !principal?.organization ? [['/members', t('members.people')] as const] : []),
    ...(can(principal, 'mail.read') ? [['/mails', t('mails.title')] as const] : []),
    ...(can(principal, 'sign-in.read') ? [['/signin-settings', t('signInSettings.title')] as const] : []),
  ] as const;
  return (
    <PageSidebar isSidebarOpen={open}>
      <PageSidebarBody>
        <Nav aria-label={t('nav')}>
          <NavList>
            {entries.map(([to, label]) => {
              const active = to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`);
              return (
                <NavItem key={to} isActive={active}>
                  <Link to={to} aria-current={active ? 'page' : undefined}>
                    {label}
                    {to === '/signature-requests' && <Waiting />}
                  </Link>
                </NavItem>
              );
            })}
          </NavList>
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  );
}

/** How many signatures the person is asked for. */
function Waiting() {
  const { t } = useTranslation();
  const answers = can(useSession().data ?? undefined, 'signature.answer');
  const open = useSignatureRequests({ state: 'open' }, undefined, answers).data;
  const count = open?.items.length ?? 0;
  if (count === 0) return null;
  return (
    <Badge className="b4a-count" screenReaderText={t('signatures.open')}>
      {open?.next ? `${count}+` : count}
    </Badge>
  );
}
