// SPDX-License-Identifier: Apache-2.0
import {
  Button,
  FormSelect,
  FormSelectOption,
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadMain,
  MastheadToggle,
  Nav,
  NavItem,
  NavList,
  Page,
  PageSidebar,
  PageSidebarBody,
  PageToggleButton,
  Toolbar,
  ToolbarContent,
  ToolbarGroup,
  ToolbarItem,
} from '@patternfly/react-core';
import BarsIcon from '@patternfly/react-icons/dist/esm/icons/bars-icon';
import MoonIcon from '@patternfly/react-icons/dist/esm/icons/moon-icon';
import SignOutIcon from '@patternfly/react-icons/dist/esm/icons/sign-out-alt-icon';
import SunIcon from '@patternfly/react-icons/dist/esm/icons/sun-icon';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { useTheme } from '../hooks/useTheme';
import { useSession, useSignOut } from '../queries';
import { choose, languages, type Language } from './i18n';

export function Shell({ children }: { children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const { pathname } = useLocation();
  const [dark, toggleDark] = useTheme();
  const session = useSession();
  const signOut = useSignOut();
  const main = useRef<HTMLDivElement>(null);
  useEffect(() => {
    main.current?.focus();
  }, [pathname]);
  const links = [
    { to: '/', text: t('nav.overview') },
    { to: '/organizations', text: t('nav.organizations') },
    { to: '/ledgers', text: t('nav.ledgers') },
    { to: '/nodes', text: t('nav.nodes') },
    { to: '/operations', text: t('nav.operations') },
    { to: '/doctor', text: t('nav.doctor') },
  ];
  const here = (to: string) => (to === '/' ? pathname === '/' : pathname.startsWith(to));
  const masthead = (
    <Masthead>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton variant="plain" aria-label={t('nav.toggle')}>
            <BarsIcon />
          </PageToggleButton>
        </MastheadToggle>
        <MastheadBrand>
          <Link to="/" className="b4a-brand">
            Blockchain4all
          </Link>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <Toolbar isFullHeight>
          <ToolbarContent>
            <ToolbarGroup align={{ default: 'alignEnd' }} gap={{ default: 'gapSm' }}>
              <ToolbarItem>
                <FormSelect
                  aria-label={t('language')}
                  value={i18n.language}
                  onChange={(_e, v) => choose(v as Language)}
                >
                  {Object.entries(languages).map(([code, name]) => (
                    <FormSelectOption key={code} value={code} label={name} />
                  ))}
                </FormSelect>
              </ToolbarItem>
              <ToolbarItem>
                <Button
                  variant="plain"
                  aria-label={dark ? t('theme.light') : t('theme.dark')}
                  icon={dark ? <SunIcon /> : <MoonIcon />}
                  onClick={toggleDark}
                />
              </ToolbarItem>
              <ToolbarItem>
                <Button
                  variant="plain"
                  aria-label={t('signOut', { name: session.data?.name })}
                  icon={<SignOutIcon />}
                  onClick={() => signOut.mutate(undefined)}
                />
              </ToolbarItem>
            </ToolbarGroup>
          </ToolbarContent>
        </Toolbar>
      </MastheadContent>
    </Masthead>
  );
  const sidebar = (
    <PageSidebar>
      <PageSidebarBody>
        <Nav aria-label={t('nav.label')}>
          <NavList>
            {links.map((l) => (
              <NavItem key={l.to} isActive={here(l.to)}>
                <Link to={l.to} aria-current={here(l.to) ? 'page' : undefined}>
                  {l.text}
                </Link>
              </NavItem>
            ))}
          </NavList>
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  );
  return (
    <>
      <a className="b4a-skip" href="#content">
        {t('skip')}
      </a>
      <Page masthead={masthead} sidebar={sidebar} isManagedSidebar mainContainerId="content" mainTabIndex={-1}>
        <div ref={main} tabIndex={-1} style={{ outline: 'none' }}>
          {children}
        </div>
      </Page>
    </>
  );
}
