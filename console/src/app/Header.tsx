// SPDX-License-Identifier: Apache-2.0

import {
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadLogo,
  MastheadMain,
  MastheadToggle,
  PageToggleButton,
  Toolbar,
  ToolbarContent,
  ToolbarGroup,
  ToolbarItem,
} from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { AccountMenu, LanguageMenu, ThemeMenu } from './menus';

interface Props {
  navigationOpen: boolean;
  onToggle: () => void;
}

export function Header({ navigationOpen, onToggle }: Props) {
  const { t } = useTranslation();
  return (
    <Masthead display={{ default: 'inline' }}>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton
            isHamburgerButton
            aria-label={t('nav.toggle')}
            aria-expanded={navigationOpen}
            isSidebarOpen={navigationOpen}
            onSidebarToggle={onToggle}
          />
        </MastheadToggle>
        <MastheadBrand>
          <MastheadLogo component={(props) => <Link {...props} to="/" />}>
            <Brand compact />
          </MastheadLogo>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <Toolbar isStatic isFullHeight>
          <ToolbarContent>
            <ToolbarGroup variant="action-group-plain" align={{ default: 'alignEnd' }} gap={{ default: 'gapXs' }}>
              <ToolbarItem>
                <LanguageMenu />
              </ToolbarItem>
              <ToolbarItem>
                <ThemeMenu />
              </ToolbarItem>
              <ToolbarItem>
                <AccountMenu />
              </ToolbarItem>
            </ToolbarGroup>
          </ToolbarContent>
        </Toolbar>
      </MastheadContent>
    </Masthead>
  );
}

/** The mark and the name; on narrow screens the compact form shows the mark alone. */
export function Brand({ compact = false }: { compact?: boolean }) {
  return (
    <span className="b4a-brand">
      <img src="/logo.svg" alt="" width="28" height="28" />
      <span className={compact ? 'b4a-brand-name b4a-wide-only' : 'b4a-brand-name'}>Blockchain4all</span>
    </span>
  );
}
