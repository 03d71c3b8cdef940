"""The waiting list, its offers, and the time that a change of an appointment freed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

_FREED = ('freed_clinician', 'freed_visit_type', 'freed_starts_at', 'freed_ends_at')


def upgrade() -> None:
    with op.batch_alter_table('appointment_event') as batch_op:
        batch_op.add_column(sa.Column('freed_clinician', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('freed_visit_type', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('freed_starts_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('freed_ends_at', sa.DateTime(timezone=True), nullable=True))

    op.create_table('waiting_list_entry',
    sa.Column('reference', sa.String(length=8), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('sender', sa.String(length=255), nullable=False),
    sa.Column('visit_type', sa.String(length=40), nullable=False),
    sa.Column('clinician', sa.String(length=40), nullable=True),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('contact', sa.String(length=320), nullable=False),
    sa.Column('contact_kind', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('appointment_reference', sa.String(length=8), nullable=True),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('served_by', sa.String(length=8), nullable=True),
    sa.PrimaryKeyConstraint('reference'),
    sa.UniqueConstraint('key')
    )
    with op.batch_alter_table('waiting_list_entry') as batch_op:
        batch_op.create_index(batch_op.f('ix_waiting_list_entry_visit_type'), ['visit_type'], unique=False)

    op.create_table('waiting_list_offer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=8), nullable=False),
    sa.Column('entry_reference', sa.String(length=8), nullable=False),
    sa.Column('clinician', sa.String(length=40), nullable=False),
    sa.Column('visit_type', sa.String(length=40), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('freed_by', sa.String(length=8), nullable=False),
    sa.Column('freed_sequence', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(['entry_reference'], ['waiting_list_entry.reference'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('reference'),
    sa.UniqueConstraint('entry_reference', 'freed_by', 'freed_sequence', name='uq_offer_of_a_change')
    )
    with op.batch_alter_table('waiting_list_offer') as batch_op:
        batch_op.create_index(batch_op.f('ix_waiting_list_offer_due_at'), ['due_at'], unique=False)


def downgrade() -> None:
    op.drop_table('waiting_list_offer')
    op.drop_table('waiting_list_entry')
    with op.batch_alter_table('appointment_event') as batch_op:
        for column in _FREED:
            batch_op.drop_column(column)
