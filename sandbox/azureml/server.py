"""Starts and stops the service: two HTTPS ports, storage, operations, the outbox.

The second port answers polls of operations only, because the real service's are on another host.
"""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import AsyncIterator
from typing import Final

from aiohttp import web
from azure.core.exceptions import AzureError

from sandbox.azureml import (
    routes_operations,
    routes_registry,
    routes_resources,
    routes_sandbox,
    routes_workspace,
)
from sandbox.azureml.addresses import BlobAddress
from sandbox.azureml.blobs import Blobs
from sandbox.azureml.middleware import ALL
from sandbox.azureml.places import all_places
from sandbox.azureml.routing import SERVICE
from sandbox.azureml.service import Service
from sandbox.azureml.store import Store
from sandbox.config import Config
from sandbox.serving.process import HOST, read_config, start_log
from sandbox.tls import server_context

_LARGEST_BODY: Final = 4 * 1024 * 1024

log = logging.getLogger(__name__)


def main() -> None:
    """Run the service of the sandbox whose state folder is given, until it is interrupted.

    One line on standard output says that both ports answer.
    """
    config = read_config("The sandbox's local Azure ML service.")
    start_log(config, "azureml")
    try:
        asyncio.run(_serve_until_stopped(config))
    except (OSError, AzureError) as error:
        log.exception("local Azure ML service could not start")
        ports = f"{config.ports.azureml} and {config.ports.azureml_operations}"
        sys.exit(
            f"The local Azure ML service of {config.state} could not start: {error}. It needs the "
            f"ports {ports} for itself and Azurite on port {config.ports.azurite_table}.",
        )


async def serve(config: Config) -> None:
    """Serve until cancelled. Azurite must run already."""
    async with running(config):
        await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def running(config: Config) -> AsyncIterator[Service]:
    """Serve while the context is open: both ports answer once it has been entered."""
    async with Store(config) as store, Blobs(config) as blobs:
        service = Service(config, store, blobs)
        await _prepare(service)
        handing_over = asyncio.create_task(service.outbox.run())
        try:
            async with _listening(service):
                log.info("local Azure ML service ready", extra={"url": config.azureml_url})
                yield service
        finally:
            handing_over.cancel()
            await asyncio.gather(handing_over, return_exceptions=True)
            await service.operations.stop()


def data_plane(service: Service) -> web.Application:
    """Return the application of the first port: discovery, ARM, registries, the test's knobs."""
    app = _application(service)
    for table in (routes_resources, routes_registry, routes_workspace, routes_sandbox):
        app.add_routes(table.routes)
    return app


def operations_plane(service: Service) -> web.Application:
    """Return the application of the second port: operations, deletion."""
    app = _application(service)
    app.add_routes(routes_operations.routes)
    return app


def _application(service: Service) -> web.Application:
    app = web.Application(middlewares=ALL, client_max_size=_LARGEST_BODY)
    app[SERVICE] = service
    return app


async def _prepare(service: Service) -> None:
    for place in all_places():
        if not place.registry:
            address = BlobAddress(place.accounts[0], place.blob_container)
            await service.blobs.ensure_container(address)
    await service.operations.resume()
    await service.outbox.resume()


@contextlib.asynccontextmanager
async def _listening(service: Service) -> AsyncIterator[None]:
    ports, tls = service.config.ports, server_context(service.config)
    runners: list[web.AppRunner] = []
    planes = ((data_plane, ports.azureml), (operations_plane, ports.azureml_operations))
    try:
        for plane, port in planes:
            runner = web.AppRunner(plane(service), access_log=None, shutdown_timeout=2)
            runners.append(runner)
            await runner.setup()
            await web.TCPSite(runner, HOST, port, ssl_context=tls).start()
        yield
    finally:
        for runner in runners:
            await _stop(runner)


async def _stop(runner: web.AppRunner) -> None:
    """Stop serving at once: an idle client need not agree to the end of its TLS connection."""
    server = runner.server
    transports = [] if server is None else [one.transport for one in server.connections]
    await runner.cleanup()
    for transport in transports:
        if transport is not None:
            transport.abort()
    await asyncio.sleep(0)  # the loop calls back what was aborted


async def _serve_until_stopped(config: Config) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stopped.set)
    async with running(config):
        print(f"local Azure ML service: {config.azureml_url}", flush=True)
        await stopped.wait()
