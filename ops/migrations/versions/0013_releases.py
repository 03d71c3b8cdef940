"""Releases and gate runs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('release',
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.Column('engine', sa.String(length=12), nullable=False),
    sa.Column('commit_id', sa.String(length=64), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('made_by', sa.String(length=80), nullable=False),
    sa.Column('made_at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('publication',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('release_id', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('why', sa.String(length=400), nullable=False),
    sa.Column('asked_at', sa.Float(), nullable=False),
    sa.Column('live_at', sa.Float(), nullable=True),
    sa.Column('fault', sa.Text(), nullable=True),
    sa.Column('override', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['release_id'], ['release.id']),
    sa.PrimaryKeyConstraint('number')
    )
    for state in ('live', 'starting'):
        where = sa.text(f"state = '{state}'")
        op.create_index(f'one_{state}', 'publication', ['state'], unique=True, sqlite_where=where, postgresql_where=where)
    op.create_table('rasa_server',
    sa.Column('engine', sa.String(length=12), nullable=False),
    sa.Column('url', sa.String(length=200), nullable=False),
    sa.Column('is_ready', sa.Boolean(), nullable=False),
    sa.Column('beat_at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('engine')
    )
    op.create_table('gate_run',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('change_set', sa.String(length=64), nullable=False),
    sa.Column('head', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('asked_by', sa.String(length=80), nullable=False),
    sa.Column('asked_at', sa.Float(), nullable=False),
    sa.Column('beat_at', sa.Float(), nullable=False, server_default='0'),
    sa.Column('ended_at', sa.Float(), nullable=True),
    sa.Column('steps', sa.Text(), nullable=False, server_default='[]'),
    sa.Column('report', sa.Text(), nullable=False, server_default='{}'),
    sa.Column('release_id', sa.String(length=12), nullable=True),
    sa.Column('fault', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    where = sa.text("state = 'running'")
    op.create_index('one_running', 'gate_run', ['state'], unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for table in ('gate_run', 'rasa_server', 'publication', 'release'):
        op.drop_table(table)
