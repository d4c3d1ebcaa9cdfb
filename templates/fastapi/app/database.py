"""The database lives in memory: nothing is written to the container's files, so the app runs as any user."""
from pathlib import Path
from typing import Iterator

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, declarative_base, sessionmaker
from sqlalchemy.pool import StaticPool

engine = create_engine(
    "sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool, future=True
)
SessionLocal = sessionmaker(bind=engine, future=True)
Base = declarative_base()


def migrate() -> None:
    """Brings the database to the newest revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def session() -> Iterator[Session]:
    database = SessionLocal()
    try:
        yield database
    finally:
        database.close()
