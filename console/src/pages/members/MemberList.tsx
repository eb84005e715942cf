// SPDX-License-Identifier: Apache-2.0

import { Button, DropdownItem, DropdownList } from '@patternfly/react-core';
import EllipsisIcon from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import UsersIcon from '@patternfly/react-icons/dist/esm/icons/users-icon';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Member } from '../../api/members';
import { can } from '../../app/scopes';
import { Empty } from '../../components/Empty';
import { Listing } from '../../components/Listing';
import { Menu } from '../../components/Menu';
import { Moment } from '../../components/Moment';
import { StateLabel } from '../../components/StateLabel';
import { useRoles } from '../../components/useRoles';
import { useCursor } from '../../hooks/useCursor';
import { useMembers } from '../../queries/members';
import { usePrincipal } from '../../queries/session';
import { InviteDialog } from './InviteDialog';
import { RemoveDialog, ResumeDialog, RoleDialog, SuspendDialog } from './MemberDialogs';

type Act = 'role' | 'suspend' | 'resume' | 'remove' | 'again';

/** The people of an organization or, without one, of the platform, and what may be done with them. */
export function MemberList({ organization, named }: { organization?: string; named: string }) {
  const { t } = useTranslation();
  const paging = useCursor();
  const query = useMembers(organization, paging[0]);
  const roles = useRoles();
  const [inviting, setInviting] = useState(false);
  const [chosen, setChosen] = useState<{ member: Member; act: Act }>();
  const manages = can(usePrincipal(), 'member.manage', organization);
  const close = () => setChosen(undefined);
  const invite = manages && <Button onClick={() => setInviting(true)}>{t('members.invite')}</Button>;
  return (
    <>
      {query.data?.items.length !== 0 && <div className="b4a-gap">{invite}</div>}
      <Listing
        name={t('members.people')}
        query={query}
        paging={paging}
        rowKey={(m) => m.person.id}
        empty={
          <Empty title={t('members.none')} icon={UsersIcon} action={invite}>
            {t('members.noneBody')}
          </Empty>
        }
        columns={[
          {
            label: t('person.name'),
            show: (m) => (
              <>
                {m.person.name}
                <div className="b4a-quiet b4a-break">{m.person.email}</div>
              </>
            ),
          },
          { label: t('person.role'), show: (m) => roles[m.role] },
          { label: t('state'), show: (m) => <MemberState member={m} /> },
          { label: t('totp.title'), show: (m) => (m.person.secondFactor ? t('totp.on') : t('totp.off')) },
          { label: t('members.since'), show: (m) => <Moment time={m.createdAt} /> },
          ...(manages
            ? [{
                label: t('actions'),
                narrow: true,
                show: (m: Member) => (
                  <MemberMenu member={m} onChoose={(act) => setChosen({ member: m, act })} />
                ),
              }]
            : []),
        ]}
      />
      {(inviting || chosen?.act === 'again') && (
        <InviteDialog
          organization={organization}
          named={named}
          again={chosen?.act === 'again' ? chosen.member : undefined}
          onClose={() => {
            setInviting(false);
            close();
          }}
        />
      )}
      {chosen?.act === 'role' && <RoleDialog organization={organization} member={chosen.member} onClose={close} />}
      {chosen?.act === 'suspend' && <SuspendDialog organization={organization} member={chosen.member} onClose={close} />}
      {chosen?.act === 'resume' && <ResumeDialog organization={organization} member={chosen.member} onClose={close} />}
      {chosen?.act === 'remove' && <RemoveDialog organization={organization} member={chosen.member} named={named} onClose={close} />}
    </>
  );
}

function MemberState({ member: m }: { member: Member }) {
  const { t } = useTranslation();
  if (m.state === 'suspended' || m.person.state === 'suspended') return <StateLabel tone="warning">{t('memberState.suspended')}</StateLabel>;
  if (m.state === 'invited') return <StateLabel tone="off">{t('memberState.invited')}</StateLabel>;
  return <StateLabel tone="good">{t('memberState.active')}</StateLabel>;
}

function MemberMenu({ member: m, onChoose }: { member: Member; onChoose: (act: Act) => void }) {
  const { t } = useTranslation();
  return (
    <Menu variant="plain" icon={<EllipsisIcon />} aria-label={t('members.actionsOf', { name: m.person.name })}>
      <DropdownList>
        {m.state === 'invited' ? (
          <DropdownItem onClick={() => onChoose('again')}>{t('members.again')}</DropdownItem>
        ) : (
          <>
            <DropdownItem onClick={() => onChoose('role')}>{t('members.role')}</DropdownItem>
            {m.state === 'suspended' ? (
              <DropdownItem onClick={() => onChoose('resume')}>{t('members.resume')}</DropdownItem>
            ) : (
              <DropdownItem onClick={() => onChoose('suspend')}>{t('members.suspend')}</DropdownItem>
            )}
          </>
        )}
        <DropdownItem isDanger onClick={() => onChoose('remove')}>{t('members.remove')}</DropdownItem>
      </DropdownList>
    </Menu>
  );
}
