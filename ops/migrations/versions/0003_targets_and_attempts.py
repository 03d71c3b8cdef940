"""Each event is told to mail, calendar and other systems apart; wrong tries are counted in the database"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

_NAMES = {'uq': 'uq_%(table_name)s_%(column_0_name)s'}


def upgrade() -> None:
    with op.batch_alter_table('appointment_event', naming_convention=_NAMES) as batch_op:
        batch_op.add_column(sa.Column('target', sa.String(length=16), nullable=False, server_default='mail'))
        batch_op.drop_constraint(_unique_of_events(), type_='unique')
        batch_op.create_unique_constraint('uq_event_target', ['reference', 'kind', 'sequence', 'target'])

    op.create_table('attempt',
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('key', 'since')
    )


def downgrade() -> None:
    op.drop_table('attempt')
    op.execute("DELETE FROM appointment_event WHERE target <> 'mail'")
    with op.batch_alter_table('appointment_event') as batch_op:
        batch_op.drop_constraint('uq_event_target', type_='unique')
        batch_op.drop_column('target')
        batch_op.create_unique_constraint(_POSTGRES_NAME, ['reference', 'kind', 'sequence'])


_POSTGRES_NAME = 'appointment_event_reference_kind_sequence_key'


def _unique_of_events() -> str:
    """SQLite left the constraint without a name; the convention of this migration gives it one."""
    return _POSTGRES_NAME if op.get_bind().dialect.name == 'postgresql' else 'uq_appointment_event_reference'
