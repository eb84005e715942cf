// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import UsersIcon from '@patternfly/react-icons/dist/esm/icons/users-icon';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Person } from '../../api/members';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { Empty } from '../../components/Empty';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { StateLabel } from '../../components/StateLabel';
import { useCursor } from '../../hooks/useCursor';
import { usePeople, useResumePerson, useSuspendPerson } from '../../queries/members';
import { usePrincipal } from '../../queries/session';

/** Everybody with an account, and taking all of a person's access away or giving it back. */
export function PeopleList() {
  const { t } = useTranslation();
  const paging = useCursor();
  const query = usePeople(paging[0]);
  const me = usePrincipal()?.member?.id;
  const [chosen, setChosen] = useState<Person>();
  const close = () => setChosen(undefined);
  return (
    <>
      <Listing
        name={t('people.title')}
        query={query}
        paging={paging}
        rowKey={(p) => p.id}
        empty={<Empty title={t('members.none')} icon={UsersIcon}>{t('members.noneBody')}</Empty>}
        columns={[
          {
            label: t('person.name'),
            show: (p) => (
              <>
                {p.name}
                <div className="b4a-quiet b4a-break">{p.email}</div>
              </>
            ),
          },
          { label: t('state'), show: (p) => <PersonState state={p.state} /> },
          { label: t('people.verified'), show: (p) => (p.emailVerified ? t('people.yes') : t('people.no')) },
          { label: t('totp.title'), show: (p) => (p.secondFactor ? t('totp.on') : t('totp.off')) },
          { label: t('members.since'), show: (p) => <Moment time={p.createdAt} /> },
          {
            label: t('actions'),
            narrow: true,
            show: (p) =>
              p.id === me || p.state === 'invited' ? (
                '—'
              ) : (
                <Button
                  className="b4a-nowrap"
                  variant="link"
                  isInline
                  isDanger={p.state === 'active'}
                  aria-label={p.state === 'suspended' ? t('people.resumeOf', { name: p.name }) : t('people.suspendOf', { name: p.name })}
                  onClick={() => setChosen(p)}
                >
                  {p.state === 'suspended' ? t('members.resume') : t('members.suspend')}
                </Button>
              ),
          },
        ]}
      />
      {chosen && (chosen.state === 'suspended' ? <ResumeDialog person={chosen} onClose={close} /> : <SuspendDialog person={chosen} onClose={close} />)}
    </>
  );
}

function PersonState({ state }: { state: Person['state'] }) {
  const { t } = useTranslation();
  switch (state) {
    case 'suspended':
      return <StateLabel tone="warning">{t('memberState.suspended')}</StateLabel>;
    case 'invited':
      return <StateLabel tone="off">{t('memberState.invited')}</StateLabel>;
    case 'active':
      return <StateLabel tone="good">{t('memberState.active')}</StateLabel>;
  }
}

interface Props {
  person: Person;
  onClose: () => void;
}

function SuspendDialog({ person, onClose }: Props) {
  const { t } = useTranslation();
  const suspend = useSuspendPerson();
  return (
    <ConfirmDialog
      id="suspend-person"
      title={t('people.suspendTitle', { name: person.name })}
      action={t('members.suspend')}
      danger
      send={suspend}
      errorTitle={t('members.suspendFailed')}
      onConfirm={() => suspend.mutate(person.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t('people.suspendBody')}
    </ConfirmDialog>
  );
}

function ResumeDialog({ person, onClose }: Props) {
  const { t } = useTranslation();
  const resume = useResumePerson();
  return (
    <ConfirmDialog
      id="resume-person"
      title={t('members.resumeTitle', { name: person.name })}
      action={t('members.resume')}
      send={resume}
      errorTitle={t('members.resumeFailed')}
      onConfirm={() => resume.mutate(person.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t('people.resumeBody')}
    </ConfirmDialog>
  );
}
