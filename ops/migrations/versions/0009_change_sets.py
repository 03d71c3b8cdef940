"""Sets of changes and their comments"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('change_set',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('created_by', sa.String(length=80), nullable=False),
    sa.Column('created_at', sa.Float(), nullable=False),
    sa.Column('branch', sa.String(length=80), nullable=False),
    sa.Column('head', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_change_set_created_at', 'change_set', ['created_at'])
    op.create_table('change_comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('change_set', sa.String(length=40), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['change_set'], ['change_set.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_change_comment_change_set', 'change_comment', ['change_set'])


def downgrade() -> None:
    op.drop_index('ix_change_comment_change_set', 'change_comment')
    op.drop_table('change_comment')
    op.drop_index('ix_change_set_created_at', 'change_set')
    op.drop_table('change_set')
