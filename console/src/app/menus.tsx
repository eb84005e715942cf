// SPDX-License-Identifier: Apache-2.0

import { Divider, DropdownGroup, DropdownItem, DropdownList } from '@patternfly/react-core';
import AdjustIcon from '@patternfly/react-icons/dist/esm/icons/adjust-icon';
import CheckIcon from '@patternfly/react-icons/dist/esm/icons/check-icon';
import GlobeIcon from '@patternfly/react-icons/dist/esm/icons/globe-icon';
import UserIcon from '@patternfly/react-icons/dist/esm/icons/user-icon';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { list } from '../api/client';
import { Menu } from '../components/Menu';
import { useRoles } from '../components/useRoles';
import { usePrincipal, useSignOut, useSwitchSession } from '../queries/session';
import { chooseLanguage, isLanguage, languages, type Language } from './i18n';
import { themes, useTheme, type Theme } from './theme';

export function LanguageMenu() {
  const { t, i18n } = useTranslation();
  const current: Language = isLanguage(i18n.language) ? i18n.language : 'en';
  return (
    <Menu variant="plainText" aria-label={`${t('language')}: ${languages[current]}`} icon={<GlobeIcon />} text={<span className="b4a-wide-only">{languages[current]}</span>}>
      <DropdownList>
        {(Object.keys(languages) as Language[]).map((code) => (
          <DropdownItem
            key={code}
            lang={code}
            aria-current={code === current ? 'true' : undefined}
            icon={code === current ? <CheckIcon /> : <span className="b4a-no-icon" />}
            onClick={() => void chooseLanguage(code)}
          >
            {languages[code]}
          </DropdownItem>
        ))}
      </DropdownList>
    </Menu>
  );
}

export function ThemeMenu() {
  const { t } = useTranslation();
  const [theme, choose] = useTheme();
  const names: Record<Theme, string> = { system: t('theme.system'), light: t('theme.light'), dark: t('theme.dark') };
  return (
    <Menu variant="plainText" aria-label={`${t('theme')}: ${names[theme]}`} icon={<AdjustIcon />}>
      <DropdownList>
        {themes.map((value) => (
          <DropdownItem
            key={value}
            aria-current={value === theme ? 'true' : undefined}
            icon={value === theme ? <CheckIcon /> : <span className="b4a-no-icon" />}
            onClick={() => choose(value)}
          >
            {names[value]}
          </DropdownItem>
        ))}
      </DropdownList>
    </Menu>
  );
}

export function AccountMenu() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const principal = usePrincipal();
  const signOut = useSignOut();
  const change = useSwitchSession();
  const roles = useRoles();
  if (!principal) return null;
  const role = roles[principal.role] + (principal.organization ? ` · ${principal.organization}` : '');
  const others = list(principal.organizations).filter((o) => o.open && o.organization !== (principal.organization ?? ''));
  const act = (organization: string) => change.mutate(organization, { onSuccess: () => void navigate('/') });
  return (
    <Menu variant="plainText" aria-label={`${t('account')}: ${principal.name}`} icon={<UserIcon />} text={<span className="b4a-wide-only">{principal.name}</span>}>
      <DropdownGroup label={role}>
        <DropdownList>
          <DropdownItem onClick={() => void navigate('/account')}>{t('account.title')}</DropdownItem>
        </DropdownList>
      </DropdownGroup>
      {others.length > 0 && (
        <DropdownGroup label={t('account.switch')}>
          <DropdownList>
            {others.map((o) => (
              <DropdownItem key={o.organization} description={roles[o.role]} onClick={() => act(o.organization)}>
                {o.organization ? (o.name ?? o.organization) : t('members.platform')}
              </DropdownItem>
            ))}
          </DropdownList>
        </DropdownGroup>
      )}
      <DropdownList>
        <Divider component="li" />
        <DropdownItem onClick={() => signOut.mutate()}>{t('signOut')}</DropdownItem>
      </DropdownList>
    </Menu>
  );
}
