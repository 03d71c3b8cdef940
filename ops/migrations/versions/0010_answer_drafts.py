"""Drafts of answers and their approvals"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('answer_draft',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('answer', sa.String(length=120), nullable=False),
    sa.Column('variation', sa.Integer(), nullable=False),
    sa.Column('live', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('text_version', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('based_on', sa.String(length=40), nullable=False),
    sa.Column('changed_at', sa.Float(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('sent_back_by', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('answer', 'variation', 'live')
    )
    op.create_table('answer_draft_text',
    sa.Column('draft', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('member', sa.String(length=80), nullable=False),
    sa.Column('member_name', sa.String(length=200), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('rests_on', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['draft'], ['answer_draft.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('draft', 'version')
    )
    op.create_table('answer_approval',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('answer', sa.String(length=120), nullable=False),
    sa.Column('variation', sa.Integer(), nullable=False),
    sa.Column('signature', sa.String(length=40), nullable=False),
    sa.Column('member', sa.String(length=80), nullable=False),
    sa.Column('member_name', sa.String(length=200), nullable=False),
    sa.Column('on_day', sa.String(length=10), nullable=False),
    sa.Column('due_day', sa.String(length=10), nullable=False),
    sa.Column('draft', sa.String(length=40), nullable=True),
    sa.Column('commit_id', sa.String(length=64), nullable=False),
    sa.Column('change_set', sa.String(length=80), nullable=True),
    sa.Column('at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_answer_approval_answer', 'answer_approval', ['answer'])


def downgrade() -> None:
    op.drop_index('ix_answer_approval_answer', table_name='answer_approval')
    op.drop_table('answer_approval')
    op.drop_table('answer_draft_text')
    op.drop_table('answer_draft')
