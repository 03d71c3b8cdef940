"""Saved schedules, notes of what staff did to visits, and who has seen an alarm"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('schedule_version',
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('saved_by', sa.String(length=64), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('version')
    )
    op.create_table('visit_note',
    sa.Column('reference', sa.String(length=8), nullable=False),
    sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('deed', sa.String(length=16), nullable=False),
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['reference'], ['appointment.reference'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('reference', 'sequence')
    )
    op.create_table('emergency_seen',
    sa.Column('sender', sa.String(length=80), nullable=False),
    sa.Column('message_id', sa.String(length=120), nullable=False),
    sa.Column('seen_by', sa.String(length=64), nullable=False),
    sa.Column('seen_at', sa.Float(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['sender'], ['conversation.sender'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('sender', 'message_id')
    )
    # Which conversations had an alarm is asked on every page of the staff.
    op.create_index('ix_conversation_alarm_at', 'conversation', ['alarm_at'])
    # A visit's history is asked for by its reference; the search for names looks at every visit anyway.
    op.create_index('ix_appointment_event_reference', 'appointment_event', ['reference'])


def downgrade() -> None:
    op.drop_index('ix_appointment_event_reference', 'appointment_event')
    op.drop_index('ix_conversation_alarm_at', 'conversation')
    op.drop_table('emergency_seen')
    op.drop_table('visit_note')
    op.drop_table('schedule_version')
    # A status that the former release does not know: the visits took place as far as it can tell.
    op.execute("UPDATE appointment SET status = 'booked' WHERE status = 'no_show'")
    op.execute("DELETE FROM appointment_event WHERE kind = 'no_show'")
