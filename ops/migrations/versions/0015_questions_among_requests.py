"""Whether a request is a question"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not as a batch: SQLite would make the table anew, and what staff made of requests would go with the old one.
    op.add_column('appointment_request',
                  sa.Column('is_question', sa.Boolean(), nullable=False, server_default=sa.false()))
    # So far only the text that stood for the time told them apart.
    op.execute("UPDATE appointment_request SET is_question = true WHERE preferred_time = 'no visit, just a reply'")


def downgrade() -> None:
    op.drop_column('appointment_request', 'is_question')
