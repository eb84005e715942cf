// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { AccessEntry } from '../../api/access';
import { Moment } from '../../components/Moment';

/** Questions and answers, oldest first. */
export function Dialogue({ entries }: { entries: readonly AccessEntry[] }) {
  const { t } = useTranslation();
  return (
    <ol className="b4a-plain-list b4a-dialogue">
      {entries.map((e) => (
        <li key={`${e.at} ${e.from}`}>
          <p className="b4a-quiet">
            {e.from === 'operator' ? t('dialogue.operator') : t('dialogue.applicant')}
            {e.by && ` · ${e.by}`} · <Moment time={e.at} />
          </p>
          <p className="b4a-prose">{e.text}</p>
        </li>
      ))}
    </ol>
  );
}
