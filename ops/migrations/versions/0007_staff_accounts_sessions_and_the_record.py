"""Staff accounts, their sessions, and the record of changes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

NOTHING_BEFORE = '0' * 64
NEVER = 'the record of changes is never changed'
COUNTS_ON = 'the head of the record only counts on'


def upgrade() -> None:
    op.create_table('staff_account',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('password_hash', sa.String(length=255), nullable=True),
    sa.Column('totp_secret', sa.String(length=255), nullable=True),
    sa.Column('totp_step', sa.Integer(), server_default='0', nullable=False),
    sa.Column('created_at', sa.Float(), nullable=False),
    sa.Column('enrolled_at', sa.Float(), nullable=True),
    sa.Column('locked_at', sa.Float(), nullable=True),
    sa.Column('signed_in_at', sa.Float(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('email')
    )
    op.create_table('staff_recovery_code',
    sa.Column('account_id', sa.String(length=32), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['staff_account.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'code_hash')
    )
    op.create_table('staff_invitation',
    sa.Column('account_id', sa.String(length=32), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('totp_secret', sa.String(length=255), nullable=False),
    sa.Column('ends_at', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['staff_account.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id'),
    sa.UniqueConstraint('token_hash')
    )
    op.create_table('staff_session',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.String(length=32), nullable=False),
    sa.Column('stage', sa.String(length=10), nullable=False),
    sa.Column('begun_at', sa.Float(), nullable=False),
    sa.Column('seen_at', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['staff_account.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_staff_session_account_id'), 'staff_session', ['account_id'])
    op.create_table('staff_try',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_staff_try_key'), 'staff_try', ['key'])
    op.create_table('staff_record',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.Column('action', sa.String(length=80), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('details', sa.Text(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('number')
    )
    head = op.create_table('staff_record_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.bulk_insert(head, [{'id': 1, 'number': 0, 'hash': NOTHING_BEFORE}])
    if op.get_bind().dialect.name == 'postgresql':
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    for verb in ('UPDATE', 'DELETE'):
        op.execute(f"CREATE TRIGGER staff_record_no_{verb.lower()} BEFORE {verb} ON staff_record "
                   f"BEGIN SELECT RAISE(ABORT, '{NEVER}'); END")
    # Without this, INSERT OR REPLACE would take the old row away and call no trigger of deletion.
    op.execute("CREATE TRIGGER staff_record_no_replace BEFORE INSERT ON staff_record "
               "WHEN EXISTS (SELECT 1 FROM staff_record WHERE number = NEW.number) "
               f"BEGIN SELECT RAISE(ABORT, '{NEVER}'); END")
    op.execute("CREATE TRIGGER staff_record_head_counts_on BEFORE UPDATE ON staff_record_head "
               "WHEN NEW.id <> OLD.id OR NEW.number <> OLD.number + 1 "
               f"BEGIN SELECT RAISE(ABORT, '{COUNTS_ON}'); END")
    op.execute("CREATE TRIGGER staff_record_head_no_delete BEFORE DELETE ON staff_record_head "
               f"BEGIN SELECT RAISE(ABORT, '{COUNTS_ON}'); END")
    op.execute("CREATE TRIGGER staff_record_head_no_insert BEFORE INSERT ON staff_record_head "
               f"BEGIN SELECT RAISE(ABORT, '{COUNTS_ON}'); END")


def _guard_postgresql() -> None:
    op.execute(f"""CREATE FUNCTION staff_record_never() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN RAISE EXCEPTION '{NEVER}'; END $$""")
    op.execute(f"""CREATE FUNCTION staff_record_counts_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               IF TG_OP <> 'UPDATE' OR NEW.id <> OLD.id OR NEW.number <> OLD.number + 1 THEN
               RAISE EXCEPTION '{COUNTS_ON}'; END IF; RETURN NEW; END $$""")
    op.execute("CREATE TRIGGER staff_record_rows BEFORE UPDATE OR DELETE ON staff_record "
               "FOR EACH ROW EXECUTE FUNCTION staff_record_never()")
    op.execute("CREATE TRIGGER staff_record_all BEFORE TRUNCATE ON staff_record "
               "FOR EACH STATEMENT EXECUTE FUNCTION staff_record_never()")
    op.execute("CREATE TRIGGER staff_record_head_rows BEFORE INSERT OR UPDATE OR DELETE ON staff_record_head "
               "FOR EACH ROW EXECUTE FUNCTION staff_record_counts_on()")
    op.execute("CREATE TRIGGER staff_record_head_all BEFORE TRUNCATE ON staff_record_head "
               "FOR EACH STATEMENT EXECUTE FUNCTION staff_record_never()")


def downgrade() -> None:
    for table in ('staff_record_head', 'staff_record', 'staff_try', 'staff_session', 'staff_invitation',
                  'staff_recovery_code', 'staff_account'):
        op.drop_table(table)
    if op.get_bind().dialect.name == 'postgresql':
        op.execute("DROP FUNCTION staff_record_never()")
        op.execute("DROP FUNCTION staff_record_counts_on()")
