"""When clinicians are busy with something that is not a visit"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('busy_time',
    sa.Column('clinician', sa.String(length=40), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('clinician', 'starts_at', 'ends_at')
    )


def downgrade() -> None:
    op.drop_table('busy_time')
