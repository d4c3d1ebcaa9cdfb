"""The table of greetings, and the first of them."""
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    greetings = op.create_table(
        "greetings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("text", sa.String(100), nullable=False),
        sa.Column("visits", sa.Integer, nullable=False),
    )
    op.bulk_insert(greetings, [{"id": 1, "text": "Hello World", "visits": 0}])


def downgrade() -> None:
    op.drop_table("greetings")
