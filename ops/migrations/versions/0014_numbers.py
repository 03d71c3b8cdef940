"""What turns and replies count as in the numbers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('turn_count',
    sa.Column('turn_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sender', sa.String(length=80), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('said_by', sa.String(length=20), nullable=False),
    sa.Column('asked_at', sa.Float(), nullable=False),
    sa.Column('completed_at', sa.Float(), nullable=True),
    sa.Column('quarter', sa.Integer(), nullable=False),
    sa.Column('handled', sa.String(length=20), nullable=False),
    sa.Column('answer_ms', sa.Integer(), nullable=True),
    sa.Column('is_booking', sa.Boolean(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=True),
    sa.Column('mark', sa.String(length=20), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['turn_id'], ['turn.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('turn_id')
    )
    op.create_index('ix_turn_count_asked_at', 'turn_count',
                    ['asked_at', 'said_by', 'quarter', 'handled', 'answer_ms', 'sender'])
    op.create_index('ix_turn_count_booking', 'turn_count', ['is_booking', 'asked_at'])
    op.create_index('ix_turn_count_version', 'turn_count', ['version', 'turn_id'])
    op.create_table('reply_count',
    sa.Column('turn_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('reply', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sender', sa.String(length=80), nullable=False),
    sa.Column('asked_at', sa.Float(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('topic', sa.String(length=80), nullable=False),
    sa.Column('counted', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['turn_id'], ['turn.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('turn_id', 'reply')
    )
    op.create_index('ix_reply_count_asked_at', 'reply_count', ['asked_at', 'counted', 'topic', 'sender'])


def downgrade() -> None:
    op.drop_table('reply_count')
    op.drop_table('turn_count')
