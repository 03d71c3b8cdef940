"""Conversations with a person, who is here for them, what staff make of requests, and their answers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('handoff',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('sender', sa.String(length=80), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('asked_at', sa.Float(), nullable=True),
    sa.Column('taken_at', sa.Float(), nullable=True),
    sa.Column('member', sa.String(length=64), nullable=True),
    sa.Column('member_name', sa.String(length=200), nullable=True),
    sa.Column('active_at', sa.Float(), nullable=True),
    sa.Column('first_message_id', sa.String(length=120), nullable=True),
    sa.Column('over_at', sa.Float(), nullable=True),
    sa.Column('ending', sa.String(length=16), nullable=True),
    sa.Column('told', sa.String(length=16), nullable=True),
    sa.ForeignKeyConstraint(['sender'], ['conversation.sender'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_handoff_sender', 'handoff', ['sender'])
    is_open = sa.text("state != 'over'")
    op.create_index('uq_handoff_open', 'handoff', ['sender'], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index('ix_turn_created_at', 'turn', ['created_at'])
    op.create_table('staff_presence',
    sa.Column('member', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('until', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('member')
    )
    op.create_table('request_task',
    sa.Column('reference', sa.String(length=8), nullable=False),
    sa.Column('is_done', sa.Boolean(), nullable=False),
    sa.Column('assigned_to', sa.String(length=64), nullable=True),
    sa.Column('assigned_name', sa.String(length=200), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('done_by', sa.String(length=64), nullable=True),
    sa.Column('done_by_name', sa.String(length=200), nullable=True),
    sa.Column('done_at', sa.Float(), nullable=True),
    sa.ForeignKeyConstraint(['reference'], ['appointment_request.reference'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('reference')
    )
    op.create_table('staff_answer',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('reference', sa.String(length=8), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('written_by', sa.String(length=64), nullable=False),
    sa.Column('written_by_name', sa.String(length=200), nullable=False),
    sa.Column('written_at', sa.Float(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('due_at', sa.Float(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(['reference'], ['appointment_request.reference'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_staff_answer_reference', 'staff_answer', ['reference'])
    op.create_index('ix_staff_answer_due_at', 'staff_answer', ['due_at'])


def downgrade() -> None:
    op.drop_table('staff_answer')
    op.drop_table('request_task')
    op.drop_table('staff_presence')
    op.drop_index('ix_turn_created_at', 'turn')
    op.drop_table('handoff')
