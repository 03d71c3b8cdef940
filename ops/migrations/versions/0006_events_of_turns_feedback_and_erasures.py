"""Events of turns, messages nobody asked for, feedback, ended conversations and erased ones"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('conversation') as batch_op:
        batch_op.add_column(sa.Column('events', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('ended_at', sa.Float(), nullable=True))
    with op.batch_alter_table('turn') as batch_op:
        batch_op.alter_column('text', existing_type=sa.Text(), nullable=True)
        batch_op.add_column(sa.Column('event', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('button', sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column('said_by', sa.String(length=20), nullable=False, server_default='assistant'))
    # Who has a chat open while the program is brought up to date goes on with it.
    op.execute("UPDATE turn SET event = number WHERE state = 'done'")
    op.execute("UPDATE conversation SET events = turns")

    op.create_table('feedback',
    sa.Column('sender', sa.String(length=80), nullable=False),
    sa.Column('message_id', sa.String(length=120), nullable=False),
    sa.Column('reply', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('helpful', sa.Boolean(), nullable=False),
    sa.Column('word', sa.Text(), nullable=True),
    sa.Column('at', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['sender'], ['conversation.sender'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('sender', 'message_id', 'reply')
    )
    op.create_table('erasure',
    sa.Column('sender', sa.String(length=80), nullable=False),
    sa.Column('asked_at', sa.Float(), nullable=False),
    sa.Column('settled_at', sa.Float(), nullable=True),
    sa.PrimaryKeyConstraint('sender')
    )


def downgrade() -> None:
    op.drop_table('erasure')
    op.drop_table('feedback')
    op.execute("DELETE FROM turn WHERE text IS NULL")
    with op.batch_alter_table('turn') as batch_op:
        batch_op.drop_column('said_by')
        batch_op.drop_column('button')
        batch_op.drop_column('event')
        batch_op.alter_column('text', existing_type=sa.Text(), nullable=False)
    # Not as a batch: SQLite would make the table anew, and all turns would go with the old one.
    op.drop_column('conversation', 'ended_at')
    op.drop_column('conversation', 'events')
