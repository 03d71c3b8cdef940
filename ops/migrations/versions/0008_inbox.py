"""What staff note of messages in the inbox"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

_SIGNS = ('missed', 'unsure', 'close', 'refused', 'emergency', 'left_form', 'repeat', 'failed', 'sample')


def upgrade() -> None:
    op.create_table('inbox_turn',
    sa.Column('turn_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sender', sa.String(length=80), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.Float(), nullable=False),
    sa.Column('completed_at', sa.Float(), nullable=True),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('topic', sa.String(length=80), nullable=True),
    sa.Column('intent', sa.String(length=80), nullable=True),
    sa.Column('confidence', sa.Float(), nullable=True),
    sa.Column('margin', sa.Float(), nullable=True),
    sa.Column('is_typed', sa.Boolean(), nullable=False),
    sa.Column('is_form_answer', sa.Boolean(), nullable=False),
    sa.Column('gives_name', sa.Boolean(), nullable=False),
    sa.Column('is_form_open', sa.Boolean(), nullable=False),
    *(sa.Column(sign, sa.Boolean(), nullable=False) for sign in _SIGNS),
    sa.Column('reviewed_at', sa.Float(), nullable=True),
    sa.Column('reviewed_by', sa.String(length=64), nullable=True),
    sa.Column('assigned_to', sa.String(length=64), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['turn_id'], ['turn.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('turn_id')
    )
    op.create_index('ix_inbox_turn_sender', 'inbox_turn', ['sender'])
    op.create_index('ix_inbox_turn_version', 'inbox_turn', ['version', 'turn_id'])
    op.create_index('ix_inbox_turn_is_form_open', 'inbox_turn', ['is_form_open', 'asked_at'])
    op.create_index('ix_inbox_turn_missed', 'inbox_turn', ['missed', 'turn_id'])
    op.create_index('ix_inbox_turn_reviewed_at', 'inbox_turn', ['reviewed_at', 'turn_id'])
    op.create_table('inbox_tag',
    sa.Column('turn_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('tag', sa.String(length=30), nullable=False),
    sa.ForeignKeyConstraint(['turn_id'], ['turn.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('turn_id', 'tag')
    )
    op.create_index('ix_inbox_tag_tag', 'inbox_tag', ['tag', 'turn_id'])
    op.create_table('inbox_vector',
    sa.Column('turn_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['turn_id'], ['turn.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('turn_id')
    )


def downgrade() -> None:
    op.drop_table('inbox_vector')
    op.drop_table('inbox_tag')
    op.drop_table('inbox_turn')
